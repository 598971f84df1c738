package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Puts the budgets of a rule file over live ones without undoing what results have moved. What a
 * person changes in the file goes on top of what has moved, so that the budgets in force always add
 * up to those of the file: nobody makes money by moving it.
 */
final class MovedBudgets {
  /** Cents that came to a promotion, less those that went, by promotion. */
  private final Map<String, Long> moved;

  private final List<StrategyAdjustment> undone;

  private MovedBudgets(Map<String, Long> moved, List<StrategyAdjustment> undone) {
    this.moved = moved;
    this.undone = undone;
  }

  /**
   * What of earlier moves lasts under a file: each whose giver and taker both stay. A budget that
   * the file states just as it is in force counts as written. What moved between one that leaves,
   * or is written so alone, and another goes back for that other.
   *
   * @param moves in force, the newest first
   */
  static MovedBudgets lasting(
      List<Promotion> file,
      List<Promotion> fileBefore,
      List<Promotion> live,
      List<StrategyAdjustment> moves) {
    Map<String, Long> written = budgets(file);
    Map<String, Long> before = budgets(fileBefore);
    Map<String, Long> current = budgets(live);
    current.keySet().retainAll(before.keySet());
    var moved = new HashMap<String, Long>();
    current.forEach((id, now) -> moved.put(id, now - before.get(id)));
    List<StrategyAdjustment> onTop = onTop(moved, moves);
    moved.keySet().retainAll(written.keySet());
    Set<String> writtenDown =
        moved.keySet().stream()
            .filter(id -> !written.get(id).equals(before.get(id)))
            .filter(id -> written.get(id).equals(current.get(id)))
            .collect(Collectors.toSet());
    writtenDown.forEach(id -> moved.put(id, 0L));
    var undone = new ArrayList<StrategyAdjustment>();
    for (StrategyAdjustment one : onTop) {
      Set<String> pair = one.from().keySet();
      long asWritten = pair.stream().filter(writtenDown::contains).count();
      if (!moved.keySet().containsAll(pair) || asWritten == 1) {
        undone.add(one);
        pair.stream()
            .filter(id -> !writtenDown.contains(id))
            .forEach(id -> moved.computeIfPresent(id, (its, cents) -> cents - brought(one, its)));
      }
    }
    goBack(file, moved);
    return new MovedBudgets(moved, undone);
  }

  /** Without the moves that a file has taken over: it states their cents as its own. */
  private static List<StrategyAdjustment> onTop(
      Map<String, Long> moved, List<StrategyAdjustment> moves) {
    var onTop = new ArrayList<>(moves);
    moved.forEach(
        (id, cents) -> {
          List<StrategyAdjustment> its =
              moves.stream().filter(one -> one.from().containsKey(id)).toList();
          onTop.removeAll(its.subList(newest(id, cents, its), its.size()));
        });
    return onTop;
  }

  /** How many of the newest moves add up to what has moved: the most that do; all when none do. */
  private static int newest(String promotion, long cents, List<StrategyAdjustment> moves) {
    int most = cents == 0 ? 0 : moves.size();
    long sum = 0;
    for (int i = 0; i < moves.size(); i++) {
      sum += brought(moves.get(i), promotion);
      most = sum == cents ? i + 1 : most;
    }
    return most;
  }

  private static long brought(StrategyAdjustment move, String promotion) {
    return BudgetMove.of(move).brought(promotion);
  }

  /** What no move tells of: money that an earlier file made, or took. */
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

  /** Moves that do not last under the file: their cents go back. */
  List<StrategyAdjustment> undone() {
    return undone;
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
