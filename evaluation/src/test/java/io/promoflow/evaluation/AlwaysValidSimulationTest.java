package io.promoflow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Three hundred experiments, each looked at after every fifty shoppers. */
class AlwaysValidSimulationTest {
  private static final int EXPERIMENTS = 300;
  private static final int SHOPPERS = 4_000;
  private static final int FIRST_LOOK = 200;
  private static final int LOOK_EVERY = 50;

  private record Alarms(int alwaysValid, int fixed) {
    double rate(int alarms) {
      return (double) alarms / EXPERIMENTS;
    }
  }

  /** Spend as shops know it: most buy nothing, a few buy much. */
  private static long spendCents(Random random, double orderRate) {
    return random.nextDouble() < orderRate
        ? Math.round(Math.exp(8 + 0.7 * random.nextGaussian()))
        : 0;
  }

  private static Alarms run(long seed, double orderRate, double treatedOrderRate) {
    int alwaysValid = 0;
    int fixed = 0;
    for (int experiment = 0; experiment < EXPERIMENTS; experiment++) {
      var random = new Random(seed + experiment);
      boolean everValid = false;
      boolean everFixed = false;
      long[] units = new long[2];
      MetricSums[] sums = {MetricSums.ZERO, MetricSums.ZERO};
      var interval = new AlwaysValid(0.05, 1000);
      for (int shopper = 1; shopper <= SHOPPERS; shopper++) {
        int variant = random.nextInt(2);
        long cents = spendCents(random, variant == 0 ? orderRate : treatedOrderRate);
        units[variant]++;
        sums[variant] = sums[variant].plus(MetricSums.of(cents, 0));
        if (shopper >= FIRST_LOOK && shopper % LOOK_EVERY == 0) {
          var result =
              Comparison.of(Group.mean(units[1], sums[1]), Group.mean(units[0], sums[0]), 0.05);
          everValid |= Math.abs(result.difference()) > interval.halfWidth(result);
          everFixed |= result.p() < 0.05;
        }
      }
      alwaysValid += everValid ? 1 : 0;
      fixed += everFixed ? 1 : 0;
    }
    return new Alarms(alwaysValid, fixed);
  }

  @Test
  void nothingThereIsRarelyDeclaredHoweverOftenOneLooks() {
    Alarms alarms = run(1, 0.3, 0.3);
    assertThat(alarms.rate(alarms.alwaysValid())).isLessThanOrEqualTo(0.05);
    assertThat(alarms.rate(alarms.fixed()))
        .as("a fixed p that is watched all the time, for comparison")
        .isGreaterThan(0.15);
  }

  @Test
  void plantedEffectIsFound() {
    Alarms alarms = run(2, 0.3, 0.4);
    assertThat(alarms.rate(alarms.alwaysValid())).isGreaterThan(0.9);
  }
}
