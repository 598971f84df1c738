package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.Comparison;
import java.util.Collection;
import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Does the effect differ between segments? Cochran's Q (1954): Σ w·(d − d̄)² with w = 1 / SE², d̄
 * the mean of the differences weighted by w; χ² with segments − 1 degrees of freedom when it does
 * not. For one look at a time.
 *
 * @param statistic Q
 * @param degreesOfFreedom segments with variation, less 1; 0 when there is nothing to compare
 * @param p upper tail; 1 when there is nothing to compare
 * @param inconsistency I² = max(0, (Q − df) / Q), the share of the scatter that is not chance
 *     (Higgins, Thompson 2002)
 */
public record Heterogeneity(
    double statistic, int degreesOfFreedom, double p, double inconsistency) {

  /** From the comparison within each segment; those without variation are left out. */
  public static Heterogeneity of(Collection<Comparison> segments) {
    List<Comparison> usable = segments.stream().filter(Comparison::hasError).toList();
    if (usable.size() < 2) {
      return new Heterogeneity(0, 0, 1, 0);
    }
    double weights = 0;
    double weighted = 0;
    for (Comparison one : usable) {
      weights += weight(one);
      weighted += weight(one) * one.difference();
    }
    double mean = weighted / weights;
    double q = 0;
    for (Comparison one : usable) {
      double off = one.difference() - mean;
      q += weight(one) * off * off;
    }
    int df = usable.size() - 1;
    double p = ChiSquaredDistribution.of(df).survivalProbability(q);
    return new Heterogeneity(q, df, p, q > 0 ? Math.max(0, (q - df) / q) : 0);
  }

  private static double weight(Comparison one) {
    return 1 / (one.standardError() * one.standardError());
  }
}
