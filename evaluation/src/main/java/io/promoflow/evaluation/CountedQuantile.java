package io.promoflow.evaluation;

import io.promoflow.evaluation.inference.Quantile;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * A quantile and its interval by order statistics, from counts in {@link ValueBins}.
 *
 * <p>The ends are the outer edges of their bins, so the interval is never too narrow. Orders of one
 * shopper are not independent: their number is cut to (Σn)²/Σn² (Kish 1965), as if all orders of a
 * shopper were alike, which is the worst case.
 *
 * @param units shoppers
 * @param quantile with its interval
 * @param rounding how far the true number may lie from {@code value} because of the bins
 */
record CountedQuantile(long units, Quantile quantile, double rounding) {
  private static final double LEVEL = 0.05;
  private static final double Z = NormalDistribution.of(0, 1).inverseSurvivalProbability(LEVEL / 2);

  static CountedQuantile of(CellSums cell, Metric metric) {
    ValueCounts values = cell.values(metric);
    long total = values.total();
    double independent = total;
    if (metric.perOrder() && total > 0) {
      double squares = cell.metric(metric).squares().toBigInteger().doubleValue();
      independent = (double) total * total / squares;
    }
    return of(cell.units(metric), values, independent, metric.at());
  }

  /**
   * @param independent how many independent numbers these are worth
   */
  static CountedQuantile of(long units, ValueCounts values, double independent, double share) {
    long total = values.total();
    // between two deltas of one correction there may be less than nothing
    if (total <= 0) {
      var nothing = new Quantile(0, Double.NaN, Double.NaN, Double.NaN, LEVEL);
      return new CountedQuantile(units, nothing, Double.NaN);
    }
    int worth = (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.floor(independent)));
    var below = BinomialDistribution.of(worth, share);
    int low = below.inverseCumulativeProbability(LEVEL / 2);
    int high = below.inverseCumulativeProbability(1 - LEVEL / 2) + 1;
    double weight = (double) total / worth;
    int bin = values.binOfRank(Math.max(1, (long) Math.ceil(total * share)));
    return new CountedQuantile(
        units,
        new Quantile(
            units,
            ValueBins.middle(bin),
            low < 1
                ? Double.NEGATIVE_INFINITY
                : ValueBins.least(values.binOfRank(rank(low * weight, total))),
            high > worth
                ? Double.POSITIVE_INFINITY
                : ValueBins.most(values.binOfRank(rank(Math.ceil(high * weight), total))),
            LEVEL),
        ValueBins.most(bin) - ValueBins.middle(bin));
  }

  private static long rank(double rank, long total) {
    return Math.max(1, Math.min(total, (long) Math.floor(rank)));
  }

  /** As a group whose error is that of a normal interval of the same width, and the rounding. */
  Group group() {
    double error = (quantile.high() - quantile.low()) / (2 * Z) + rounding;
    return new Group(
        units, quantile.value(), Double.isFinite(error) ? error * error * units : Double.NaN);
  }
}
