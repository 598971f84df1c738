package io.promoflow.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairStatisticsTest {
  private static final List<Double> NINE = List.of(9.0, 1.0, 8.0, 2.0, 7.0, 3.0, 6.0, 4.0, 5.0);

  @Test
  void medianIsTheMiddleOne() {
    assertThat(PairStatistics.median(NINE)).isEqualTo(5.0);
    assertThat(PairStatistics.median(List.of(4.0, 1.0))).isEqualTo(2.5);
  }

  @Test
  void secondSmallestCountsWhereLargerIsBetter() {
    assertThat(PairStatistics.secondWorst(NINE, true)).isEqualTo(2.0);
  }

  @Test
  void secondLargestCountsWhereSmallerIsBetter() {
    assertThat(PairStatistics.secondWorst(NINE, false)).isEqualTo(8.0);
  }

  @Test
  void aSinglePairIsItsOwnSecond() {
    assertThat(PairStatistics.secondWorst(List.of(3.0), true)).isEqualTo(3.0);
    assertThat(PairStatistics.secondWorst(List.of(3.0), false)).isEqualTo(3.0);
  }

  @Test
  void noPairIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> PairStatistics.median(List.of()));
  }

  @Test
  void barsReadAsTheyAreWritten() {
    assertThat(Bar.of(">= 12").holds(12)).isTrue();
    assertThat(Bar.of(">= 12").fails(11.9)).isTrue();
    assertThat(Bar.of("<= 0.5").holds(0.5)).isTrue();
    assertThat(Bar.of("<= 0.5").fails(0.51)).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> Bar.of("12"));
  }

  @Test
  void aMissedGoalFailsNothing() {
    Bar goal = Bar.of("goal >= 0.8");
    assertThat(goal.holds(0.5)).isFalse();
    assertThat(goal.fails(0.5)).isFalse();
  }
}
