package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.BudgetMoves;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What a moved budget makes of the promotions: a pure function, or a reasoned refusal.
 *
 * @param giver who loses
 * @param taker who gains
 * @param cents how much, above 0
 */
record BudgetMove(String giver, String taker, long cents) {

  /** The promotions after an adjustment that starts from the budgets in force. */
  static List<Promotion> apply(
      RuleSet rules, StrategyAdjustment adjustment, ToLongFunction<String> usedCents) {
    BudgetMoves limits = rules.budgetMoves();
    if (limits == null) {
      throw new RefusedException("by rule version " + rules.version() + " no budget moves");
    }
    Map<String, Double> current = budgets(rules, limits);
    BudgetMove move = of(adjustment);
    for (String promotion : List.of(move.giver, move.taker)) {
      if (!current.containsKey(promotion)) {
        throw new RefusedException("the budget of " + promotion + " does not move");
      }
      if (!current.get(promotion).equals(adjustment.from().get(promotion))) {
        throw new RefusedException(
            "budgets are "
                + current
                + " by now, the adjustment starts from "
                + new TreeMap<>(adjustment.from()));
      }
    }
    double floor = limits.floor() * current.values().stream().mapToDouble(v -> v).sum();
    double left = adjustment.to().get(move.giver);
    if (left < floor) {
      throw new RefusedException(
          "%s would be left with %.0f cents, the floor is %.0f"
              .formatted(move.giver, left, Math.ceil(floor)));
    }
    return move.in(rules, usedCents);
  }

  /** The promotions with the same cents moved back, whatever moved since. */
  @SuppressWarnings("ArgumentSelectionDefectChecker") // the taker gives back
  static List<Promotion> revert(
      RuleSet rules, StrategyAdjustment adjustment, ToLongFunction<String> usedCents) {
    BudgetMove move = of(adjustment);
    return new BudgetMove(move.taker, move.giver, move.cents).in(rules, usedCents);
  }

  static BudgetMove of(StrategyAdjustment adjustment) {
    Map<String, Double> from = adjustment.from();
    Map<String, Double> to = adjustment.to();
    if (from.size() != 2 || !from.keySet().equals(to.keySet())) {
      throw new RefusedException("a budget moves between two promotions, not from " + from);
    }
    String giver = null;
    String taker = null;
    for (String promotion : from.keySet()) {
      boolean loses = to.get(promotion) < from.get(promotion);
      giver = loses ? promotion : giver;
      taker = loses ? taker : promotion;
    }
    double lost = giver == null ? 0 : from.get(giver) - to.get(giver);
    double gained = taker == null ? 0 : to.get(taker) - from.get(taker);
    if (giver == null || taker == null || lost != gained || lost != Math.rint(lost)) {
      throw new RefusedException(
          "whole cents move and their sum stays, not from "
              + new TreeMap<>(from)
              + " to "
              + new TreeMap<>(to));
    }
    return new BudgetMove(giver, taker, (long) lost);
  }

  /** Cents that come to a promotion by it; below 0 to the giver. */
  long brought(String promotion) {
    return promotion.equals(taker) ? cents : promotion.equals(giver) ? -cents : 0;
  }

  private static Map<String, Double> budgets(RuleSet rules, BudgetMoves limits) {
    var budgets = new TreeMap<String, Double>();
    rules.promotions().stream()
        .filter(limits::takesIn)
        .forEach(one -> budgets.put(one.id(), one.budgetCents().doubleValue()));
    return budgets;
  }

  private List<Promotion> in(RuleSet rules, ToLongFunction<String> usedCents) {
    long left = budget(rules, giver) - cents;
    long gained = budget(rules, taker) + cents;
    long used = usedCents.applyAsLong(giver);
    if (left < used) {
      throw new RefusedException(
          "%s would be left with %d cents, %d are spent or promised".formatted(giver, left, used));
    }
    return rules.promotions().stream()
        .map(
            one ->
                one.id().equals(giver)
                    ? one.withBudgetCents(left)
                    : one.id().equals(taker) ? one.withBudgetCents(gained) : one)
        .toList();
  }

  private static long budget(RuleSet rules, String promotion) {
    return rules.promotions().stream()
        .filter(one -> one.id().equals(promotion) && one.budgetCents() != null)
        .mapToLong(Promotion::budgetCents)
        .findFirst()
        .orElseThrow(() -> new RefusedException(promotion + " has no budget by now"));
  }
}
