package io.promoflow.ingestion.schema;

import io.promoflow.ingestion.schema.Experiment.Mode;
import java.util.List;

/**
 * How results move budgets between promotions. The sum of the budgets stays.
 *
 * @param promotions whose budgets may move; empty for all that have one
 * @param floor least budget of each, as a share of the sum of their budgets, 0 to 1
 * @param maxStep most that one move takes from a budget, as a share of it, 0 to 1
 * @param minimumUnits shoppers per variant before anything moves
 * @param alpha error level of the evidence, e.g. 0.05
 * @param mode what becomes of a proposal; null for APPLY
 * @param coolDownMillis event time after a move during which nothing moves; null for none
 */
public record BudgetMoves(
    List<String> promotions,
    double floor,
    double maxStep,
    int minimumUnits,
    double alpha,
    Mode mode,
    Long coolDownMillis) {

  public BudgetMoves {
    promotions = promotions == null ? List.of() : promotions;
    mode = mode == null ? Mode.APPLY : mode;
  }

  /** Whether the budget of a promotion may move. */
  public boolean takesIn(Promotion promotion) {
    return promotion.budgetCents() != null
        && (promotions.isEmpty() || promotions.contains(promotion.id()));
  }
}
