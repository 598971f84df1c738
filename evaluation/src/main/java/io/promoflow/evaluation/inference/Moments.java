package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.WideSum;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * The sufficient statistics of some numbers per shopper: count, sums, and products of deviations
 * from the means.
 *
 * <p>Sums carry their rounding errors along (Neumaier 1974), so sums of whole numbers are exact and
 * others nearly; products are centred, so that nothing cancels, and merged by the update of Chan,
 * Golub, LeVeque (1979). Order and partition change the last digits only.
 *
 * @param units shoppers
 * @param sums per number
 * @param rests what rounding took from each sum
 * @param deviations Σ(a−ā)(b−b̄) of each pair of numbers, lower triangle row by row: aa, ba, bb, …
 */
public record Moments(long units, double[] sums, double[] rests, double[] deviations) {

  /** Nothing yet, of so many numbers per shopper. */
  public static Moments zero(int numbers) {
    return new Moments(
        0, new double[numbers], new double[numbers], new double[numbers * (numbers + 1) / 2]);
  }

  /** A single shopper. */
  public static Moments of(double... values) {
    int numbers = values.length;
    return new Moments(
        1, values.clone(), new double[numbers], new double[numbers * (numbers + 1) / 2]);
  }

  /**
   * From sums as tables of aggregates hold them.
   *
   * @param units shoppers, at least 1
   * @param sums per number
   * @param products Σab per pair, ordered as {@link #deviations()}
   */
  public static Moments ofSums(long units, double[] sums, double[] products) {
    var deviations = new double[products.length];
    for (int a = 0, pair = 0; a < sums.length; a++) {
      for (int b = 0; b <= a; b++, pair++) {
        deviations[pair] = Math.fma(-sums[a], sums[b] / units, products[pair]);
      }
    }
    return new Moments(units, sums.clone(), new double[sums.length], deviations);
  }

  /** The two numbers of a metric's exact sums, value and denominator; rounded once. */
  public static Moments of(long units, MetricSums sums) {
    if (units == 0) {
      return zero(2);
    }
    double[] deviations = {
      deviation(units, sums.sum(), sums.sum(), sums.squares()),
      deviation(units, sums.sum(), sums.denominator(), sums.cross()),
      deviation(units, sums.denominator(), sums.denominator(), sums.denominatorSquares())
    };
    return new Moments(
        units, new double[] {sums.sum(), sums.denominator()}, new double[2], deviations);
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
    int numbers = sums.length;
    var shift = new double[numbers];
    var sum = new double[numbers];
    var rest = new double[numbers];
    for (int a = 0; a < numbers; a++) {
      shift[a] = other.mean(a) - mean(a);
      sum[a] = sums[a] + other.sums[a];
      double part = sum[a] - sums[a];
      double lost = (sums[a] - (sum[a] - part)) + (other.sums[a] - part);
      rest[a] = rests[a] + other.rests[a] + lost;
    }
    var products = new double[deviations.length];
    double weight = units * (other.units / ((double) units + other.units));
    for (int a = 0, pair = 0; a < numbers; a++) {
      for (int b = 0; b <= a; b++, pair++) {
        products[pair] = deviations[pair] + other.deviations[pair] + shift[a] * shift[b] * weight;
      }
    }
    return new Moments(units + other.units, sum, rest, products);
  }

  public double mean(int number) {
    return (sums[number] + rests[number]) / units;
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
