package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.policy.StrategyPolicy.Proposal;
import java.util.Optional;

/**
 * Moves budgets between promotions by what experiments have measured of them: a policy that, other
 * than a {@link StrategyPolicy}, looks at several experiments at once. Implementations are found by
 * {@link java.util.ServiceLoader}, have no state and answer the same question the same way.
 */
public interface BudgetPolicy {

  /** The name in the setting {@code evaluation.budget-policy} and on its adjustments. */
  String name();

  /** Changes whenever the same evidence may give another proposal. */
  default String version() {
    return "1";
  }

  /** A move that the evidence asks for; empty when it asks for none. */
  Optional<Move> propose(BudgetSituation situation);

  /**
   * A move.
   *
   * @param proposal budgets of two promotions before and after, and the evidence
   * @param experimentId that measured who gets it
   */
  record Move(Proposal proposal, String experimentId) {}
}
