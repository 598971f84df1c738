package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.WideSum;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * The sufficient statistics of some numbers per shopper: count, means, and products of deviations
 * from the means. Centred, so that nothing cancels; merged by the update of Chan, Golub, LeVeque
 * (1979), so that order and partition change the last digits only.
 *
 * @param units shoppers
 * @param means per number
 * @param deviations Σ(a−ā)(b−b̄) of each pair of numbers, lower triangle row by row: aa, ba, bb, …
 */
public record Moments(long units, double[] means, double[] deviations) {

  /** Nothing yet, of so many numbers per shopper. */
  public static Moments zero(int numbers) {
    return new Moments(0, new double[numbers], new double[numbers * (numbers + 1) / 2]);
  }

  /** A single shopper. */
  public static Moments of(double... values) {
    return new Moments(1, values.clone(), new double[values.length * (values.length + 1) / 2]);
  }

  /**
   * From sums as tables of aggregates hold them.
   *
   * @param units shoppers, at least 1
   * @param sums per number
   * @param products Σab per pair, ordered as {@link #deviations()}
   */
  public static Moments ofSums(long units, double[] sums, double[] products) {
    var means = new double[sums.length];
    var deviations = new double[products.length];
    for (int a = 0, pair = 0; a < sums.length; a++) {
      means[a] = sums[a] / units;
      for (int b = 0; b <= a; b++, pair++) {
        deviations[pair] = Math.fma(-sums[a], means[b], products[pair]);
      }
    }
    return new Moments(units, means, deviations);
  }

  /** The two numbers of a metric's exact sums, value and denominator; rounded once. */
  public static Moments of(long units, MetricSums sums) {
    if (units == 0) {
      return zero(2);
    }
    double[] means = {(double) sums.sum() / units, (double) sums.denominator() / units};
    double[] deviations = {
      deviation(units, sums.sum(), sums.sum(), sums.squares()),
      deviation(units, sums.sum(), sums.denominator(), sums.cross()),
      deviation(units, sums.denominator(), sums.denominator(), sums.denominatorSquares())
    };
    return new Moments(units, means, deviations);
  }

  private static double deviation(long units, long sumA, long sumB, WideSum products) {
    BigInteger n = BigInteger.valueOf(units);
    BigInteger times =
        n.multiply(products.toBigInteger())
            .subtract(BigInteger.valueOf(sumA).multiply(BigInteger.valueOf(sumB)));
    return new BigDecimal(times).divide(new BigDecimal(n), MathContext.DECIMAL128).doubleValue();
  }

  /** Both together. */
  public Moments plus(Moments other) {
    if (units == 0) {
      return other;
    }
    if (other.units == 0) {
      return this;
    }
    double all = (double) units + other.units;
    var shift = new double[means.length];
    var merged = new double[means.length];
    for (int a = 0; a < means.length; a++) {
      shift[a] = other.means[a] - means[a];
      merged[a] = means[a] + shift[a] * (other.units / all);
    }
    var products = new double[deviations.length];
    double weight = units * (other.units / all);
    for (int a = 0, pair = 0; a < means.length; a++) {
      for (int b = 0; b <= a; b++, pair++) {
        products[pair] = deviations[pair] + other.deviations[pair] + shift[a] * shift[b] * weight;
      }
    }
    return new Moments(units + other.units, merged, products);
  }

  public double mean(int number) {
    return means[number];
  }

  /** Σ(a−ā)(b−b̄). */
  public double deviation(int a, int b) {
    int row = Math.max(a, b);
    return deviations[row * (row + 1) / 2 + Math.min(a, b)];
  }

  /** Unbiased; NaN below two shoppers. */
  public double covariance(int a, int b) {
    return units < 2 ? Double.NaN : deviation(a, b) / (units - 1);
  }

  /** Unbiased; NaN below two shoppers. */
  public double variance(int number) {
    return covariance(number, number);
  }
}
