package io.promoflow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that were computed independently (R, SciPy). */
class GoldenValuesTest {
  private static final Percentage EXACT = Percentage.withPercentage(1e-8);

  @ParameterizedTest
  @CsvSource({
    "5000, 1000, 3.363887725782781",
    "5000, 5000, 3.0352089903762534",
    "5000, 10000, 3.0614772188674166",
    "5000, 100000, 3.3368575337865987",
    "10000, 1000, 3.8550546335303104",
    "10000, 10000, 3.035208990376252"
  })
  void alwaysValidMultiplierOfTheStandardError(double optimal, long units, double multiplier) {
    assertThat(new AlwaysValid(0.05, optimal).multiplier(units)).isCloseTo(multiplier, EXACT);
  }

  @Test
  void alwaysValidMixture() {
    assertThat(Math.sqrt(new AlwaysValid(0.05, 5000).mixtureVariance()))
        .isCloseTo(0.03984006677137368, EXACT);
  }

  @Test
  void alwaysValidPIsAlphaWhereTheIntervalTouchesZero() {
    var interval = new AlwaysValid(0.05, 1000);
    double z = interval.multiplier(2000);
    assertThat(Math.exp(-interval.logEvidence(2000, z))).isCloseTo(0.05, EXACT);
  }

  @ParameterizedTest
  @CsvSource({
    "5000, 5200, 3.9215686274509802, 0.04767038065616144",
    "50000, 50700, 4.865938430983118, 0.02739189721224576"
  })
  void sampleRatioFixed(long a, long b, double statistic, double p) {
    double half = (a + b) / 2.0;
    var check = SampleRatio.fixed(new long[] {a, b}, new double[] {half, half});
    assertThat(check.statistic()).isCloseTo(statistic, EXACT);
    assertThat(check.p()).isCloseTo(p, EXACT);
  }

  @ParameterizedTest
  @CsvSource({"1, -2.8799773923365137", "100, -0.3777820035302284", "10000, 0.6386028264259949"})
  void sampleRatioSequential(double concentration, double logBayesFactor) {
    double log =
        SampleRatio.logBayesFactor(new long[] {5000, 5200}, new double[] {0.5, 0.5}, concentration);
    assertThat(log).isCloseTo(logBayesFactor, EXACT);
  }

  @Test
  void watchedSampleRatioDoesNotAlarmWhereTheFixedOneWould() {
    double log =
        SampleRatio.logBayesFactor(new long[] {5000, 5200}, new double[] {0.5, 0.5}, 10_000);
    assertThat(SampleRatio.sequentialP(log)).isBetween(0.5275, 0.5285);
  }

  @Test
  void welchAndRelativeLift() {
    var result = Comparison.of(new Group(10_200, 10.4, 420), new Group(10_000, 10.0, 400), 0.05);
    assertThat(result.standardError()).isCloseTo(0.2849148479602902, EXACT);
    assertThat(result.t()).isCloseTo(1.403928236326069, EXACT);
    assertThat(result.degreesOfFreedom()).isCloseTo(20197.5742885289, EXACT);
    assertThat(result.p()).isCloseTo(0.1603555958012605, EXACT);
    assertThat(result.relativeLift()).isCloseTo(0.04, EXACT);
    assertThat(result.relativeStandardError()).isCloseTo(0.029058642533372977, EXACT);
  }
}
