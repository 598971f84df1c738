package io.promoflow.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Group;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeterogeneityTest {
  /** A difference with a standard error. */
  private static Comparison difference(double value, double error) {
    double variance = error * error / 2 * 100;
    return Comparison.of(new Group(100, value, variance), new Group(100, 0, variance), 0.05);
  }

  @Test
  void cochransQByHandWithTheUpperTailOfTwoDegreesInClosedForm() {
    var found =
        Heterogeneity.of(List.of(difference(1, .5), difference(2.5, .8), difference(-.5, .4)));
    assertThat(found.degreesOfFreedom()).isEqualTo(2);
    assertThat(found.statistic()).isCloseTo(13.392857142857142, within(1e-9));
    assertThat(found.p()).isCloseTo(0.0012353158761688925, within(1e-12));
    assertThat(found.inconsistency()).isCloseTo(0.8506666666666667, within(1e-12));
  }

  @Test
  void theSameEffectEverywhereIsHomogeneous() {
    var found = Heterogeneity.of(List.of(difference(1, .5), difference(1, .1)));
    assertThat(found.statistic()).isCloseTo(0, within(1e-12));
    assertThat(found.p()).isCloseTo(1, within(1e-9));
    assertThat(found.inconsistency()).isZero();
  }

  @Test
  void oneSegmentComparesWithNothing() {
    var found = Heterogeneity.of(List.of(difference(1, .5), difference(1, 0)));
    assertThat(found.degreesOfFreedom()).isZero();
    assertThat(found.p()).isEqualTo(1);
  }
}
