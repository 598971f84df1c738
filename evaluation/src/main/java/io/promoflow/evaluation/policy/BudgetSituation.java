package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.ingestion.schema.BudgetMoves;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a budget policy knows at a tick.
 *
 * @param limits how the rules let budgets move
 * @param budgets live, cents by promotion; of those that may move
 * @param returns what experiments have measured of them up to the tick
 * @param optimalUnits where the always-valid interval is tightest
 */
public record BudgetSituation(
    BudgetMoves limits,
    Map<String, Long> budgets,
    List<MeasuredReturn> returns,
    double optimalUnits) {
  private static final Comparator<MeasuredReturn> MOST_SHOPPERS =
      Comparator.comparingLong(MeasuredReturn::totalUnits)
          .reversed()
          .thenComparing(MeasuredReturn::experimentId)
          .thenComparing(MeasuredReturn::variant);

  /** By promotion what the most shoppers say; promotions that too few say anything of are out. */
  public Map<String, MeasuredReturn> ready() {
    var ready = new TreeMap<String, MeasuredReturn>();
    returns.stream()
        .filter(one -> budgets.containsKey(one.promotionId()))
        .filter(one -> one.leastUnits() >= limits.minimumUnits())
        .sorted(MOST_SHOPPERS)
        .forEach(one -> ready.putIfAbsent(one.promotionId(), one));
    return ready;
  }

  /**
   * The interval of each profit and each cost: they all hold together, at all looks, with
   * probability 1 − alpha (Bonferroni over two numbers per budget).
   */
  public AlwaysValid each() {
    return at(limits.alpha());
  }

  /** The same at another level, with the same mixture, so that levels are nested. */
  AlwaysValid at(double alpha) {
    double share = 2 * budgets.size();
    double mixture = new AlwaysValid(limits.alpha() / share, optimalUnits).mixtureVariance();
    double level = Math.min(alpha, 1 - 1e-9) / share;
    double numerator = new AlwaysValid(level, 1).mixtureVariance();
    return new AlwaysValid(level, numerator / mixture);
  }

  /** Least budget of each, cents. */
  public double floorCents() {
    return limits.floor() * budgets.values().stream().mapToLong(Long::longValue).sum();
  }
}
