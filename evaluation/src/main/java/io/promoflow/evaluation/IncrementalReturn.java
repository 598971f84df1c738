package io.promoflow.evaluation;

import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * What a strategy brought beyond the control, over the shoppers who got it: the sum over strata of
 * n · (m − m₀), n shoppers of the variant with mean m, m₀ the mean of the control in the same
 * stratum. Causal where shoppers were assigned at random within each stratum, whatever the weights
 * of the strata; with one stratum it is Welch's comparison times n. Strata are independent of each
 * other, so totals of disjoint strata add up, and so do the squares of their errors.
 *
 * @param shoppers of the variant that it is about
 * @param controlShoppers that they were compared with
 * @param total in the unit of the metric
 * @param standardError of the total
 * @param degreesOfFreedom Welch–Satterthwaite over all groups of all strata
 */
public record IncrementalReturn(
    long shoppers,
    long controlShoppers,
    double total,
    double standardError,
    double degreesOfFreedom) {

  /**
   * Shoppers who were assigned by one draw.
   *
   * @param variant those who got the strategy
   * @param control those who got the control
   */
  public record Stratum(Group variant, Group control) {
    /** Whether both groups are large enough to tell their error. */
    public boolean isComparable() {
      return Double.isFinite(variant.variance()) && Double.isFinite(control.variance());
    }
  }

  /** Over strata that are all {@link Stratum#isComparable comparable}. */
  public static IncrementalReturn of(List<Stratum> strata) {
    long shoppers = 0;
    long controlShoppers = 0;
    double total = 0;
    double squared = 0;
    double spread = 0;
    for (Stratum stratum : strata) {
      Group variant = stratum.variant();
      Group control = stratum.control();
      double n = variant.units();
      double ofVariant = n * n * variant.variance() / n;
      double ofControl = n * n * control.variance() / control.units();
      shoppers += variant.units();
      controlShoppers += control.units();
      total += n * (variant.mean() - control.mean());
      squared += ofVariant + ofControl;
      spread += ofVariant * ofVariant / (n - 1) + ofControl * ofControl / (control.units() - 1.0);
    }
    return new IncrementalReturn(
        shoppers, controlShoppers, total, Math.sqrt(squared), squared * squared / spread);
  }

  /** Half the width of the interval for one look at a fixed time; NaN when nothing varies. */
  public double halfWidth(double alpha) {
    return hasError()
        ? TDistribution.of(degreesOfFreedom).inverseSurvivalProbability(alpha / 2) * standardError
        : Double.NaN;
  }

  /** The same for an interval that holds at all looks together; NaN when nothing varies. */
  public double halfWidth(AlwaysValid interval) {
    return hasError()
        ? interval.multiplier(shoppers + controlShoppers) * standardError
        : Double.NaN;
  }

  private boolean hasError() {
    return standardError > 0 && degreesOfFreedom > 0;
  }
}
