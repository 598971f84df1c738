package io.promoflow.evaluation.policy;

import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Evidence;
import java.util.Map;
import java.util.Optional;

/**
 * Turns evidence into a change of the rules. Implementations are found by {@link
 * java.util.ServiceLoader}, have no state and answer the same question the same way.
 */
public interface StrategyPolicy {

  /** The name in the setting {@code evaluation.policy} and on its adjustments. */
  String name();

  /** Changes whenever the same evidence may give another proposal. */
  default String version() {
    return "1";
  }

  /** A change that the evidence asks for; empty when it asks for none. */
  Optional<Proposal> propose(Situation situation);

  /**
   * What changes.
   *
   * @param change kind of change
   * @param from weights by variant before, or budgets by promotion
   * @param to weights by variant after, or budgets by promotion
   * @param evidence what it rests on
   */
  record Proposal(
      StrategyAdjustment.Change change,
      Map<String, Double> from,
      Map<String, Double> to,
      Evidence evidence) {}
}
