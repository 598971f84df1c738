package io.promoflow.evaluation.flink;

import io.promoflow.ingestion.schema.BudgetMoves;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * New rules about budgets, or what became of a move.
 *
 * @param rules null when it is about a move
 * @param adjustment null when it is about rules
 */
public record BudgetNews(Rules rules, StrategyAdjustment adjustment) {

  /**
   * Budgets that may move.
   *
   * @param version of the rules
   * @param limits how; null when none moves
   * @param budgets live, cents by promotion
   * @param experiments that there are
   * @param adjustmentId adjustment that the rules carry out or revert; null when none
   */
  public record Rules(
      long version,
      BudgetMoves limits,
      Map<String, Long> budgets,
      List<String> experiments,
      String adjustmentId) {}

  static BudgetNews of(StrategyAdjustment adjustment) {
    return new BudgetNews(null, adjustment);
  }

  static BudgetNews of(RuleSet rules) {
    BudgetMoves limits = rules.budgetMoves();
    var budgets = new HashMap<String, Long>();
    for (Promotion promotion : rules.promotions()) {
      if (limits != null && limits.takesIn(promotion)) {
        budgets.put(promotion.id(), promotion.budgetCents());
      }
    }
    var experiments = new ArrayList<>(rules.experiments().stream().map(Experiment::id).toList());
    return new BudgetNews(
        new Rules(rules.version(), limits, budgets, experiments, rules.adjustmentId()), null);
  }
}
