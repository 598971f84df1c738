package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.BudgetMoves;
import io.promoflow.ingestion.schema.Experiment.Mode;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.yaml.Block;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads how results may move the budgets of a rule file. */
final class BudgetMovesReader {
  private BudgetMovesReader() {}

  /** Null when the file says that none moves. */
  static BudgetMoves read(Block top, List<Promotion> promotions) {
    Block block = RuleShapes.FILE.block(top, "budgetMoves");
    if (block == null) {
      return null;
    }
    Long units = block.whole("minimumUnits", 1, Integer.MAX_VALUE);
    if (!block.has("minimumUnits")) {
      block.problem("minimumUnits", "must be given", null);
    }
    var moves =
        new BudgetMoves(
            block.texts("promotions"),
            ExperimentReader.required(block, "floor", 0, 0.5),
            ExperimentReader.required(block, "maxStep", 0, 1),
            units == null ? 1 : Math.toIntExact(units),
            ExperimentReader.required(block, "alpha", 1e-9, 0.5),
            block.has("mode") ? block.constant("mode", Mode.class) : null,
            ExperimentReader.millis(block.duration("coolDown")));
    check(block, moves, promotions);
    return moves;
  }

  private static void check(Block block, BudgetMoves moves, List<Promotion> promotions) {
    Set<String> limited =
        promotions.stream().filter(moves::takesIn).map(Promotion::id).collect(Collectors.toSet());
    for (String id : moves.promotions()) {
      if (!limited.contains(id)) {
        block.problem("promotions", "must name promotions of this file with a budget", id);
      }
    }
    if (limited.size() < 2) {
      block.problem("promotions", "must be two with a budget, or more", limited);
    } else if (moves.floor() * limited.size() > 1) {
      block.problem("floor", "must leave something to move: 1 / " + limited.size(), moves.floor());
    }
  }
}
