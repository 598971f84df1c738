package io.promoflow.evaluation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * One group's estimate of a metric.
 *
 * @param units shoppers
 * @param mean of the metric, or the ratio of the sums, or the quantile; NaN when undefined
 * @param variance per shopper: the mean's variance is this over {@code units}; NaN when undefined
 * @param degreesOfFreedom of the variance
 */
public record Group(long units, double mean, double variance, double degreesOfFreedom) {

  /** Of one sample. */
  public Group(long units, double mean, double variance) {
    this(units, mean, variance, units - 1.0);
  }

  /** The estimate that the sums of a cell give. */
  public static Group of(CellSums cell, Metric metric) {
    long units = cell.units(metric);
    return switch (metric.kind()) {
      case MEAN -> mean(units, cell.metric(metric));
      case RATIO -> ratio(units, cell.metric(metric));
      case QUANTILE -> CountedQuantile.of(cell, metric).group();
    };
  }

  /** Mean and unbiased variance, computed from exact integers and rounded once. */
  public static Group mean(long units, MetricSums sums) {
    if (units == 0) {
      return new Group(0, Double.NaN, Double.NaN);
    }
    double variance = covariance(units, sums.sum(), sums.sum(), sums.squares());
    return new Group(units, (double) sums.sum() / units, variance);
  }

  /**
   * Ratio of sums with its delta-method variance per unit, vM/D² + vD·M²/D⁴ − 2·cov·M/D³ (Deng,
   * Knoblich, Lu 2018, eq. 4), M and D the means of numerator and denominator.
   */
  public static Group ratio(long units, MetricSums sums) {
    if (units == 0 || sums.denominator() == 0) {
      return new Group(units, Double.NaN, Double.NaN);
    }
    long m = sums.sum();
    long d = sums.denominator();
    return ratio(
        units,
        (double) m / units,
        (double) d / units,
        covariance(units, m, m, sums.squares()),
        covariance(units, d, d, sums.denominatorSquares()),
        covariance(units, m, d, sums.cross()));
  }

  /** The same from means, variances and covariance of numerator and denominator. */
  public static Group ratio(
      long units,
      double numerator,
      double denominator,
      double numeratorVariance,
      double denominatorVariance,
      double covariance) {
    double ratio = numerator / denominator;
    double variance =
        (numeratorVariance + ratio * ratio * denominatorVariance - 2 * ratio * covariance)
            / (denominator * denominator);
    return new Group(units, ratio, Double.isNaN(variance) ? variance : Math.max(0, variance));
  }

  /** (n·Σab − Σa·Σb) / (n·(n−1)); NaN below two units. */
  static double covariance(long units, long sumA, long sumB, WideSum sumAb) {
    if (units < 2) {
      return Double.NaN;
    }
    var n = BigInteger.valueOf(units);
    var numerator =
        n.multiply(sumAb.toBigInteger())
            .subtract(BigInteger.valueOf(sumA).multiply(BigInteger.valueOf(sumB)));
    var denominator = n.multiply(n.subtract(BigInteger.ONE));
    return new BigDecimal(numerator)
        .divide(new BigDecimal(denominator), MathContext.DECIMAL128)
        .doubleValue();
  }
}
