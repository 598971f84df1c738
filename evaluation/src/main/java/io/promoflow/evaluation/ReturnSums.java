package io.promoflow.evaluation;

/**
 * What {@link IncrementalReturn} is computed from: the shoppers of a cell, and what they brought in
 * their attribution window.
 *
 * @param units shoppers
 * @param revenueCents sum of their spend
 * @param revenueSquares sum of its squares
 * @param profitCents sum of their profit
 * @param profitSquares sum of its squares
 */
public record ReturnSums(
    long units,
    long revenueCents,
    WideSum revenueSquares,
    long profitCents,
    WideSum profitSquares) {
  private static final String REVENUE = "spend";
  private static final String PROFIT = "profit";
  public static final ReturnSums ZERO = new ReturnSums(0, 0, WideSum.ZERO, 0, WideSum.ZERO);

  /**
   * The part of a cell's sums that is needed, by the metrics {@code spend} and {@code profit} as
   * they are declared; linear, so it holds for differences of sums, too.
   */
  public static ReturnSums of(CellSums cell, Metrics metrics) {
    MetricSums revenue = metrics.named(REVENUE).map(cell::metric).orElse(MetricSums.ZERO);
    MetricSums profit = metrics.named(PROFIT).map(cell::metric).orElse(MetricSums.ZERO);
    return new ReturnSums(
        cell.units(), revenue.sum(), revenue.squares(), profit.sum(), profit.squares());
  }

  public ReturnSums plus(ReturnSums other) {
    return new ReturnSums(
        units + other.units,
        Math.addExact(revenueCents, other.revenueCents),
        revenueSquares.plus(other.revenueSquares),
        Math.addExact(profitCents, other.profitCents),
        profitSquares.plus(other.profitSquares));
  }

  public ReturnSums negated() {
    return new ReturnSums(
        -units, -revenueCents, revenueSquares.negated(), -profitCents, profitSquares.negated());
  }

  public boolean isZero() {
    return equals(ZERO);
  }

  /** Revenue per shopper. */
  public Group revenue() {
    return mean(revenueCents, revenueSquares);
  }

  /** Profit per shopper. */
  public Group profit() {
    return mean(profitCents, profitSquares);
  }

  private Group mean(long sum, WideSum squares) {
    return Group.mean(units, new MetricSums(sum, squares, 0, WideSum.ZERO, WideSum.ZERO));
  }
}
