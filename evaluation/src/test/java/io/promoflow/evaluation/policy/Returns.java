package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.Group;
import io.promoflow.ingestion.schema.BudgetMoves;
import java.util.List;
import java.util.Random;

/** Promotions whose cost is about 100 cents per shopper, and what they bring. */
final class Returns {
  static final BudgetMoves LIMITS = new BudgetMoves(List.of(), 0.1, 0.2, 100, 0.05, null, null);

  private Returns() {}

  /** Exactly that much profit per cent of cost, by so many shoppers per variant. */
  static MeasuredReturn of(String promotion, int units, double value) {
    return of(promotion, new Group(units, 500 + 100 * value, 40_000), units);
  }

  /** As simulated shoppers measure it. */
  static MeasuredReturn noisy(Random random, String promotion, int units, double value) {
    double off = Math.sqrt(80_000.0 / units) * random.nextGaussian();
    return of(promotion, new Group(units, 500 + 100 * value + off, 40_000), units);
  }

  private static MeasuredReturn of(String promotion, Group profit, int units) {
    return new MeasuredReturn(
        promotion,
        promotion + "-test",
        "give",
        profit,
        new Group(units, 500, 40_000),
        new Group(units, 100, 900),
        new Group(units, 0, 0));
  }
}
