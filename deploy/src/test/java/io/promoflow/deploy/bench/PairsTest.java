package io.promoflow.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.wire.Wire;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs of a row whose figures are known. */
class PairsTest {
  private static final int COUNTED = 9;

  @TempDir private Path folder;

  private final List<Side> turns = new ArrayList<>();
  private final StringWriter said = new StringWriter();

  private record KnownRow(Bar bar) implements BenchRow {
    @Override
    public String name() {
      return "known";
    }

    @Override
    public String unit() {
      return "events/s";
    }

    @Override
    public String rivalName() {
      return "a tortoise";
    }

    @Override
    public SideResult run(Side side, SideCall call) {
      throw new AssertionError("run by the trial");
    }
  }

  /** Ours gets faster by one at every turn, the rival stays at 10. */
  private RowResult take(String bar, String rivalAnswer) throws Exception {
    return new Pairs(2, COUNTED, new PrintWriter(said))
        .of(
            new KnownRow(Bar.of(bar)),
            (side, call) -> {
              turns.add(side);
              return side == Side.OURS
                  ? new SideResult(10.0 * turns.size(), 1, "same", Map.of())
                  : new SideResult(10, 2, rivalAnswer, Map.of());
            },
            new SideCall(1, folder, Map.of()));
  }

  @Test
  void sidesTakeTurnsInGoingFirst() throws Exception {
    take(">= 1", "same");
    assertThat(turns.subList(0, 4)).containsExactly(Side.OURS, Side.RIVAL, Side.RIVAL, Side.OURS);
    assertThat(turns).hasSize(2 * (2 + COUNTED));
  }

  @Test
  void pairsToWarmUpDoNotCount() throws Exception {
    RowResult result = take(">= 5", "same");
    assertThat(result.ratios()).hasSize(COUNTED).startsWith(5.0, 8.0, 9.0);
    assertThat(result.secondWorst()).isEqualTo(8.0);
    assertThat(result.passes()).isTrue();
  }

  @Test
  void aMissedBarFails() throws Exception {
    RowResult result = take(">= 9", "same");
    assertThat(result.passes()).isFalse();
    assertThat(result.verdict()).isEqualTo("MISSED");
  }

  @Test
  void differentAnswersFailAndGiveNoRatio() throws Exception {
    RowResult result = take(">= 1", "other");
    assertThat(result.passes()).isFalse();
    assertThat(result.json()).doesNotContainKeys("ratios", "median", "secondSmallest");
    assertThat(BenchTable.of(List.of(result))).contains("ANSWERS DIFFER");
  }

  @Test
  void reportHasTheFieldsThatProgramsRead() throws Exception {
    var json = Wire.JSON.valueToTree(take(">= 5", "same").json());
    assertThat(json.get("name").asText()).isEqualTo("known");
    assertThat(json.get("unit").asText()).isEqualTo("events/s");
    assertThat(json.get("ours").isNumber()).isTrue();
    assertThat(json.get("rival").doubleValue()).isEqualTo(10);
    assertThat(json.get("rivalName").asText()).isEqualTo("a tortoise");
    assertThat(json.has("rivalConfiguration")).isTrue();
    assertThat(json.get("ratios")).hasSize(COUNTED);
    assertThat(json.get("median").isNumber()).isTrue();
    assertThat(json.get("secondSmallest").doubleValue()).isEqualTo(8);
    assertThat(json.get("bar").asText()).isEqualTo(">= 5");
    assertThat(json.get("sameAnswer").booleanValue()).isTrue();
  }
}
