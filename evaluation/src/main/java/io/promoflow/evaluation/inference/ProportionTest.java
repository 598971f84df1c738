package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.Group;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The z test of two shares with the pooled share in the standard error (Fleiss 1981, eq. 2.5
 * without continuity correction).
 *
 * @param z difference over its standard error when both shares are the same
 * @param p two-sided; valid for one look only
 */
public record ProportionTest(double z, double p) {

  /** Means of the groups are shares of 0 to 1. */
  public static ProportionTest of(Group variant, Group control) {
    double n = variant.units();
    double m = control.units();
    double pooled = (n * variant.mean() + m * control.mean()) / (n + m);
    double error = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
    if (!(error > 0)) {
      return new ProportionTest(Double.NaN, Double.NaN);
    }
    double z = (variant.mean() - control.mean()) / error;
    double tail = NormalDistribution.of(0, 1).survivalProbability(Math.abs(z));
    return new ProportionTest(z, Math.min(1, 2 * tail));
  }
}
