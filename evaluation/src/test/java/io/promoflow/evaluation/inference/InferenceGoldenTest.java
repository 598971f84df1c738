package io.promoflow.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Group;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that SciPy 1.10 and statsmodels 0.13 computed. */
class InferenceGoldenTest {
  private static final Percentage EXACT = Percentage.withPercentage(1e-8);

  @Test
  void holmAndBenjaminiHochberg() {
    double[] p = {0.01, 0.04, 0.03, 0.005, 0.8};
    assertThat(MultipleTests.HOLM.adjusted(p))
        .containsExactly(new double[] {0.04, 0.09, 0.09, 0.025, 0.8}, within(1e-12));
    assertThat(MultipleTests.BENJAMINI_HOCHBERG.adjusted(p))
        .containsExactly(new double[] {0.025, 0.05, 0.05, 0.025, 0.8}, within(1e-12));
    assertThat(MultipleTests.NONE.adjusted(p)).containsExactly(p);
  }

  @Test
  void testThatCouldNotBeMadeCountsAsNone() {
    assertThat(MultipleTests.HOLM.adjusted(0.01, Double.NaN, 0.04))
        .containsExactly(new double[] {0.02, Double.NaN, 0.04}, within(1e-12));
  }

  @Test
  void pooledTestOfShares() {
    var variant = new Group(10_000, 0.053, Double.NaN);
    var control = new Group(9_900, 480 / 9_900.0, Double.NaN);
    ProportionTest test = ProportionTest.of(variant, control);
    assertThat(test.z()).isCloseTo(1.450907742309803, EXACT);
    assertThat(test.p()).isCloseTo(0.14680555172292759, EXACT);
  }

  @Test
  void cupedIsTheLeastSquaresFitOnGroupAndCovariate() {
    Moments control = rows(new double[] {3, 5, 4, 8}, new double[] {1, 2, 2, 4});
    Moments variant = rows(new double[] {9, 7, 12, 6}, new double[] {5, 3, 6, 1});
    Cuped cuped = Cuped.of(List.of(control, variant));

    double difference = cuped.adjusted(variant).mean() - cuped.adjusted(control).mean();
    assertThat(cuped.theta()).isCloseTo(1.2564102564102564, EXACT);
    assertThat(difference).isCloseTo(1.6153846153846179, EXACT);
  }

  @Test
  void cupedWithAConstantCovariateChangesNothing() {
    Moments control = rows(new double[] {3, 5}, new double[] {2, 2});
    Moments variant = rows(new double[] {9, 7}, new double[] {2, 2});
    Cuped cuped = Cuped.of(List.of(control, variant));
    assertThat(cuped.adjusted(variant)).isEqualTo(Estimates.mean(variant));
    assertThat(cuped.varianceRatio()).isEqualTo(1);
  }

  private static Moments rows(double[] y, double[] x) {
    return IntStream.range(0, y.length)
        .mapToObj(i -> Moments.of(y[i], x[i]))
        .reduce(Moments.zero(2), Moments::plus);
  }

  @Test
  void powerAndSampleSizeOfTheTwoSidedZTest() {
    var power = new Power(0.5, 4, 4, 0.5);
    assertThat(power.at(500, 0.05)).isCloseTo(0.7981761964601345, EXACT);
    assertThat(power.unitsFor(0.8, 0.05)).isEqualTo(503); // 2 · 251.1635
  }

  @Test
  void alwaysValidIntervalReachesTheEffectAtTheSolvedSize() {
    var power = new Power(0.5, 4, 5, 0.3);
    var interval = new AlwaysValid(0.05, 1000);
    long units = power.unitsUntilSeen(interval);
    assertThat(interval.multiplier(units) * power.standardError(units)).isLessThanOrEqualTo(0.5);
    assertThat(interval.multiplier(units - 1) * power.standardError(units - 1)).isGreaterThan(0.5);
    assertThat(new Power(1e-12, 4, 4, 0.5).unitsFor(0.8, 0.05)).isEqualTo(Power.NEVER);
  }

  @Test
  void posteriorOfTheLift() {
    Posterior posterior = Posterior.of(0.04, 0.03, 0.05);
    assertThat(posterior.mean()).isCloseTo(0.029411764705882356, EXACT);
    assertThat(posterior.deviation()).isCloseTo(0.025724787771376326, EXACT);
    assertThat(posterior.probabilityBetter(1)).isCloseTo(0.873547932455629, EXACT);
    assertThat(posterior.probabilityBetter(-1)).isCloseTo(1 - 0.873547932455629, EXACT);
    assertThat(posterior.expectedLoss(1)).isCloseTo(0.0016191988265511347, EXACT);
  }

  @ParameterizedTest
  @CsvSource({"101, 0.5, 41, 61, 51", "1000, 0.9, 881, 919, 900"})
  void intervalOfAQuantileLiesBetweenOrderStatistics(
      int n, double share, double low, double high, double value) {
    double[] ranks = IntStream.rangeClosed(1, n).asDoubleStream().toArray();
    Quantile quantile = Quantile.of(ranks, share, 0.05);
    assertThat(quantile.value()).isEqualTo(value);
    assertThat(quantile.low()).isEqualTo(low);
    assertThat(quantile.high()).isEqualTo(high);
  }

  @Test
  void quantileOfAFewShoppersHasNoInterval() {
    Quantile quantile = Quantile.of(new double[] {1, 2, 3}, 0.5, 0.05);
    assertThat(quantile.low()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(quantile.group().variance()).isNaN();
  }

  @Test
  void capCutsTheLargestValuesOnly() {
    double[] values = IntStream.rangeClosed(1, 100).asDoubleStream().toArray();
    assertThat(Quantile.cap(values, 0.99)).isEqualTo(99);
    assertThat(Quantile.cap(values, 1)).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({"5000, 2.7790942353135217", "100000, 3.0897166263097082"})
  void oneSidedBoundIsCloserThanTheTwoSidedInterval(long units, double multiplier) {
    var interval = new AlwaysValid(0.05, 5000);
    assertThat(interval.oneSidedMultiplier(units)).isCloseTo(multiplier, EXACT);
    assertThat(interval.oneSidedMultiplier(units)).isLessThan(interval.multiplier(units));
  }

  @Test
  void oneSidedBoundIsDefinedAtEveryLevel() {
    assertThat(new AlwaysValid(0.5, 1000).oneSidedMultiplier(1000)).isBetween(1.0, 3.0);
  }

  @Test
  void evidenceIsTwentyWhereTheIntervalTouchesZero() {
    var interval = new AlwaysValid(0.05, 1000);
    double mean = interval.multiplier(2000) * Math.sqrt(2.0 / 1000);
    var comparison = Comparison.of(new Group(1000, mean, 1), new Group(1000, 0, 1), 0.05);
    assertThat(interval.evidence(comparison)).isCloseTo(20, EXACT);
    assertThat(interval.p(comparison)).isCloseTo(0.05, EXACT);
  }
}
