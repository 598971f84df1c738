package io.promoflow.evaluation.offpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Group;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two variants that are alike, whose weights follow the results as a greedy loop would move them.
 */
class AdaptiveMeanTest {
  private static final Logger LOG = LoggerFactory.getLogger(AdaptiveMeanTest.class);
  private static final int SIMULATIONS = Integer.getInteger("promoflow.simulations", 2_000);
  private static final int BATCHES = 30;
  private static final int BATCH = 50;
  private static final double FLOOR = 0.05;
  private static final AlwaysValid ALWAYS = new AlwaysValid(0.05, 1_000);
  private static final double Z = 1.959963984540054;

  /** One experiment: estimate and error of the first variant, plain and adaptive. */
  private record Outcome(
      double plain, double plainError, double adaptive, double error, boolean always) {}

  private static Outcome run(SplittableRandom random) {
    var mean = new AdaptiveMean();
    double[] sums = new double[2];
    double[] squares = new double[2];
    long[] units = new long[2];
    double share = 0.5;
    boolean always = true;
    for (int b = 0; b < BATCHES; b++) {
      for (int i = 0; i < BATCH; i++) {
        int arm = random.nextDouble() < share ? 0 : 1;
        double value = 1 + random.nextGaussian();
        mean.add(share, arm == 0, value);
        sums[arm] += value;
        squares[arm] += value * value;
        units[arm]++;
      }
      Group now = mean.group();
      double half = ALWAYS.multiplier(now.units()) * Math.sqrt(now.variance() / now.units());
      always &= Math.abs(now.mean() - 1) <= half;
      boolean firstLeads = sums[0] / Math.max(1, units[0]) > sums[1] / Math.max(1, units[1]);
      share = Math.min(1 - FLOOR, Math.max(FLOOR, share + (firstLeads ? 0.15 : -0.15)));
    }
    double plain = sums[0] / units[0];
    double variance = (squares[0] / units[0] - plain * plain) * units[0] / (units[0] - 1);
    Group group = mean.group();
    return new Outcome(
        plain,
        Math.sqrt(variance / units[0]),
        group.mean(),
        Math.sqrt(group.variance() / group.units()),
        always);
  }

  @Test
  void plainMeansAreBiasedUnderAdaptiveWeightsAndTheseAreNot() {
    var random = new SplittableRandom(11);
    double plainBias = 0;
    double bias = 0;
    int covered = 0;
    int plainCovered = 0;
    int always = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      Outcome one = run(random);
      plainBias += (one.plain() - 1) / SIMULATIONS;
      bias += (one.adaptive() - 1) / SIMULATIONS;
      covered += Math.abs(one.adaptive() - 1) <= Z * one.error() ? 1 : 0;
      always += one.always() ? 1 : 0;
      plainCovered += Math.abs(one.plain() - 1) <= Z * one.plainError() ? 1 : 0;
    }
    double coverage = (double) covered / SIMULATIONS;
    LOG.info(
        "weights that follow results, {} runs: plain mean off by {}, covers {}; weighted by logged"
            + " probability off by {}, covers {}, at all looks together {}",
        SIMULATIONS,
        plainBias,
        (double) plainCovered / SIMULATIONS,
        bias,
        coverage,
        (double) always / SIMULATIONS);
    assertThat(plainBias).isLessThan(-0.01);
    assertThat(Math.abs(bias)).isLessThan(0.006);
    assertThat(coverage).isBetween(0.93, 0.97);
    assertThat((double) always / SIMULATIONS).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void withFixedWeightsItIsAnUnbiasedMean() {
    var mean = new AdaptiveMean();
    var random = new SplittableRandom(1);
    double sum = 0;
    int units = 0;
    for (int i = 0; i < 100_000; i++) {
      boolean here = random.nextBoolean();
      double value = 3 + random.nextGaussian();
      mean.add(0.5, here, value);
      sum += here ? value : 0;
      units += here ? 1 : 0;
    }
    assertThat(mean.group().mean()).isCloseTo(sum / units, within(0.005));
    double error = Math.sqrt(mean.group().variance() / mean.group().units());
    assertThat(error).isCloseTo(1 / Math.sqrt(units), within(1e-3));
  }
}
