package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the budgets of a rule file over live ones without undoing what results have moved. What a
 * person changes in the file goes on top of what has moved, so that the budgets in force always add
 * up to those of the file: nobody makes money by moving it.
 */
final class MovedBudgets {
  /** Cents that came to a promotion, less those that went, by promotion. */
  private final Map<String, Long> moved;

  private MovedBudgets(Map<String, Long> moved) {
    this.moved = moved;
  }

  /**
   * What of earlier moves lasts under a file: all of it where giver and taker stay. A budget that
   * the file states just as it is in force counts as written, and what moved to or from a promotion
   * that leaves goes back.
   */
  static MovedBudgets lasting(
      List<Promotion> file, List<Promotion> fileBefore, List<Promotion> live) {
    Map<String, Long> before = budgets(fileBefore);
    Map<String, Long> current = budgets(live);
    var moved = new HashMap<String, Long>();
    budgets(file)
        .forEach(
            (id, written) -> {
              Long now = current.get(id);
              if (now != null && before.containsKey(id)) {
                long change = written - before.get(id);
                boolean isWrittenDown = change != 0 && written.equals(now);
                moved.put(id, isWrittenDown ? 0 : now - before.get(id));
              }
            });
    goBack(file, moved);
    return new MovedBudgets(moved);
  }

  private static void goBack(List<Promotion> file, Map<String, Long> moved) {
    long excess = moved.values().stream().mapToLong(Long::longValue).sum();
    for (Promotion promotion : file) {
      long cents = moved.getOrDefault(promotion.id(), 0L);
      if (Long.signum(cents) == Long.signum(excess) && excess != 0) {
        long back = excess > 0 ? Math.min(cents, excess) : Math.max(cents, excess);
        moved.put(promotion.id(), cents - back);
        excess -= back;
      }
    }
  }

  /** Promotions of the file of which more has moved away than it states, with what has moved. */
  Map<Promotion, Long> overdrawn(List<Promotion> file) {
    var found = new TreeMap<Promotion, Long>(Comparator.comparing(Promotion::id));
    for (Promotion promotion : file) {
      if (promotion.budgetCents() != null && inForce(promotion) < 0) {
        found.put(promotion, -moved.get(promotion.id()));
      }
    }
    return found;
  }

  /** Promotions of the file with the budgets that they have in force. */
  List<Promotion> over(List<Promotion> file) {
    return file.stream()
        .map(
            promotion ->
                promotion.budgetCents() == null
                    ? promotion
                    : promotion.withBudgetCents(inForce(promotion)))
        .toList();
  }

  private long inForce(Promotion promotion) {
    return promotion.budgetCents() + moved.getOrDefault(promotion.id(), 0L);
  }

  private static Map<String, Long> budgets(List<Promotion> promotions) {
    var budgets = new HashMap<String, Long>();
    promotions.stream()
        .filter(promotion -> promotion.budgetCents() != null)
        .forEach(promotion -> budgets.put(promotion.id(), promotion.budgetCents()));
    return budgets;
  }
}
