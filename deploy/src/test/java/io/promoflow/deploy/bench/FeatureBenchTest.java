package io.promoflow.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every side computes the same; how fast is no matter of a test. */
class FeatureBenchTest {
  private static final Load SMALL = new Load(20, 8, 24);

  @TempDir private Path folder;

  private SideResult run(StreamSide side, Load load) throws Exception {
    return LocalJob.run(side, load, new SideCall(1, folder, HopSide.CHOICES.get(1)));
  }

  @Test
  void oursAndSlidingWindowsAndSqlGiveTheSameAnswer() throws Exception {
    SideResult ours = run(EngineSide.whole(), SMALL);
    assertThat(ours.more().get("rowsCompared"))
        .isEqualTo((double) SMALL.shoppers() * SMALL.comparedSlides());
    assertThat(ours.figure()).isPositive();
    assertThat(run(new WindowSide(), SMALL).checksum()).isEqualTo(ours.checksum());
    assertThat(run(new HopSide(), SMALL).checksum()).isEqualTo(ours.checksum());
  }

  @Test
  void anotherWindowIsAnotherAnswer() throws Exception {
    SideResult ours = run(EngineSide.whole(), SMALL);
    SideResult other = run(new WindowSide(), SMALL.withWindow(SMALL.windowSlides() - 1));
    assertThat(other.checksum()).isNotEqualTo(ours.checksum());
  }

  @Test
  void aSideInItsOwnProcessReportsBack() throws Exception {
    Bench bench = new FeatureBench();
    BenchRow sparse = Benches.row(bench, "sliding sparse");
    SideResult ours =
        new SideProcess(bench, sparse).run(Side.OURS, new SideCall(1, folder, Map.of()));
    assertThat(ours.figure()).isPositive();
    assertThat(ours.more().get("rowsCompared")).isEqualTo(28_000.0);
  }
}
