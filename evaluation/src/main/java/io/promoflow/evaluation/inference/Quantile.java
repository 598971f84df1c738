package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.Group;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * A quantile and its interval between two order statistics, whatever the distribution (David,
 * Nagaraja, Order Statistics, section 7.1).
 *
 * @param units shoppers
 * @param value smallest value with at least that share of the shoppers at or below it
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param level chance with which the interval misses, at most
 */
public record Quantile(long units, double value, double low, double high, double level) {

  /**
   * The quantile of a sample.
   *
   * @param sorted values, ascending, at least one
   * @param share of shoppers below, between 0 and 1
   * @param alpha level of the interval
   */
  public static Quantile of(double[] sorted, double share, double alpha) {
    int n = sorted.length;
    var below = BinomialDistribution.of(n, share);
    int low = below.inverseCumulativeProbability(alpha / 2);
    int high = below.inverseCumulativeProbability(1 - alpha / 2) + 1;
    int rank = Math.max(1, (int) Math.ceil(n * share));
    return new Quantile(
        n,
        sorted[rank - 1],
        low < 1 ? Double.NEGATIVE_INFINITY : sorted[low - 1],
        high > n ? Double.POSITIVE_INFINITY : sorted[high - 1],
        alpha);
  }

  /**
   * As a group whose error is that of a normal interval of the same width (Price, Bonett 2002), so
   * that two quantiles compare as two means do; NaN where the sample is too small for an interval.
   */
  public Group group() {
    double z = NormalDistribution.of(0, 1).inverseSurvivalProbability(level / 2);
    double error = (high - low) / (2 * z);
    return new Group(units, value, Double.isFinite(error) ? error * error * units : Double.NaN);
  }

  /** A cap for outliers: the quantile of all groups together, so that all are cut alike. */
  public static double cap(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.max(1, (int) Math.ceil(sorted.length * share)) - 1];
  }
}
