package io.promoflow.evaluation;

/**
 * What is summed over shoppers for one metric; exact, so that the order of the terms never matters.
 *
 * @param sum of the shoppers' values (of the numerators, for a ratio metric)
 * @param squares sum of the squared values
 * @param denominator sum of the denominators of a ratio metric; of others, of the same values from
 *     before the exposure
 * @param denominatorSquares sum of their squares
 * @param cross sum of value times denominator
 */
public record MetricSums(
    long sum, WideSum squares, long denominator, WideSum denominatorSquares, WideSum cross) {
  public static final MetricSums ZERO =
      new MetricSums(0, WideSum.ZERO, 0, WideSum.ZERO, WideSum.ZERO);

  /** The sums of a single shopper. */
  public static MetricSums of(long value, long denominator) {
    return new MetricSums(
        value,
        WideSum.product(value, value),
        denominator,
        WideSum.product(denominator, denominator),
        WideSum.product(value, denominator));
  }

  public MetricSums plus(MetricSums other) {
    return new MetricSums(
        Math.addExact(sum, other.sum),
        squares.plus(other.squares),
        Math.addExact(denominator, other.denominator),
        denominatorSquares.plus(other.denominatorSquares),
        cross.plus(other.cross));
  }

  public MetricSums minus(MetricSums other) {
    return new MetricSums(
        Math.subtractExact(sum, other.sum),
        squares.minus(other.squares),
        Math.subtractExact(denominator, other.denominator),
        denominatorSquares.minus(other.denominatorSquares),
        cross.minus(other.cross));
  }
}
