package io.promoflow.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Group;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Errors by the delta method against the bootstrap, which knows no formula. */
class DeltaMethodTest {
  private static final int SHOPPERS = 1_500;
  private static final int RESAMPLES = 2_000;

  /** Of a standard deviation from 2,000 draws: three times its own error of 1 / √4,000. */
  private static final Percentage SCATTER = Percentage.withPercentage(4.8);

  private final SplittableRandom random = new SplittableRandom(9);

  /** Clicks and views of shoppers of whom the eager see and click more. */
  private double[][] shoppers(double eagerness) {
    var shoppers = new double[SHOPPERS][2];
    for (double[] shopper : shoppers) {
      double eager = Math.exp(0.6 * random.nextGaussian());
      shopper[1] = 1 + Math.floor(4 * eager);
      for (int view = 0; view < shopper[1]; view++) {
        shopper[0] += random.nextDouble() < Math.min(0.9, eagerness * eager) ? 1 : 0;
      }
    }
    return shoppers;
  }

  private static Moments sums(double[][] shoppers) {
    Moments sums = Moments.zero(2);
    for (double[] shopper : shoppers) {
      sums = sums.plus(Moments.of(shopper));
    }
    return sums;
  }

  private double[][] resampled(double[][] shoppers) {
    var again = new double[shoppers.length][];
    for (int i = 0; i < again.length; i++) {
      again[i] = shoppers[random.nextInt(shoppers.length)];
    }
    return again;
  }

  private double bootstrapError(
      double[][] variant, double[][] control, ToDoubleBiFunction<Moments, Moments> estimate) {
    Moments estimates = Moments.zero(1);
    for (int i = 0; i < RESAMPLES; i++) {
      estimates =
          estimates.plus(
              Moments.of(
                  estimate.applyAsDouble(sums(resampled(variant)), sums(resampled(control)))));
    }
    return Math.sqrt(estimates.variance(0));
  }

  @Test
  void errorOfADifferenceOfRatios() {
    double[][] variant = shoppers(0.25);
    double[][] control = shoppers(0.2);
    double bootstrap =
        bootstrapError(
            variant, control, (b, a) -> Estimates.ratio(b).mean() - Estimates.ratio(a).mean());
    Group ours = Estimates.ratio(sums(variant));
    var comparison = Comparison.of(ours, Estimates.ratio(sums(control)), 0.05);
    assertThat(comparison.standardError()).isCloseTo(bootstrap, SCATTER);

    // clicks counted as independent of each other would promise too much
    double naive = Math.sqrt(ours.mean() * (1 - ours.mean()) / sums(variant).mean(1) / SHOPPERS);
    assertThat(naive).isLessThan(0.9 * Math.sqrt(ours.variance() / SHOPPERS));
  }

  @Test
  void errorOfARelativeLift() {
    double[][] variant = shoppers(0.25);
    double[][] control = shoppers(0.2);
    double bootstrap = bootstrapError(variant, control, (b, a) -> b.mean(0) / a.mean(0) - 1);
    var comparison =
        Comparison.of(Estimates.mean(sums(variant)), Estimates.mean(sums(control)), 0.05);
    assertThat(comparison.relativeStandardError()).isCloseTo(bootstrap, SCATTER);
  }
}
