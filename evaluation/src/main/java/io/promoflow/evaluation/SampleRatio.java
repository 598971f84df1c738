package io.promoflow.evaluation;

import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Do the groups have the sizes that the weights promise? If not, something between assignment and
 * log is broken and no result of the experiment may be believed.
 */
public final class SampleRatio {
  private SampleRatio() {}

  /**
   * A χ² test.
   *
   * @param statistic Σ(o−e)²/e
   * @param p upper tail with k−1 degrees of freedom; valid for one look only
   */
  public record Fixed(double statistic, double p) {}

  /** Pearson's χ² of observed against expected counts (Fabijan et al. 2019). */
  public static Fixed fixed(long[] observed, double[] expected) {
    double statistic = 0;
    int groups = 0;
    for (int i = 0; i < observed.length; i++) {
      if (expected[i] > 0) {
        double off = observed[i] - expected[i];
        statistic += off * off / expected[i];
        groups++;
      } else if (observed[i] > 0) {
        return new Fixed(Double.POSITIVE_INFINITY, 0);
      }
    }
    if (groups < 2) {
      return new Fixed(0, 1);
    }
    return new Fixed(
        statistic, ChiSquaredDistribution.of(groups - 1.0).survivalProbability(statistic));
  }

  /**
   * Log Bayes factor of "the shares are something else" (Dirichlet around the promised shares)
   * against "the shares are as promised"; an e-process, so it may be watched all the time (Lindon,
   * Malek, NeurIPS 2022, eq. 3).
   *
   * @param concentration weight of the prior in shoppers: the larger, the smaller the deviations
   *     that it looks for
   */
  public static double logBayesFactor(long[] observed, double[] shares, double concentration) {
    double log = 0;
    long units = 0;
    double prior = 0;
    for (int i = 0; i < observed.length; i++) {
      if (shares[i] > 0) {
        double alpha = concentration * shares[i];
        log += LogGamma.value(alpha + observed[i]) - LogGamma.value(alpha);
        log -= observed[i] * Math.log(shares[i]);
        units += observed[i];
        prior += alpha;
      } else if (observed[i] > 0) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return log + LogGamma.value(prior) - LogGamma.value(prior + units);
  }

  /** Sequential p value: 1 over the Bayes factor, at most 1. */
  public static double sequentialP(double logBayesFactor) {
    return Math.min(1, Math.exp(-logBayesFactor));
  }
}
