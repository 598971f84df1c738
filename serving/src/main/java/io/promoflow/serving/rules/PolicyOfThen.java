package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.scoring.Scores;
import java.util.Map;

/**
 * What decided when a decision was logged: the rules of then, and what the settings of then left to
 * chance and whom they held out. Settings may be others by now; the log itself tells.
 */
final class PolicyOfThen {
  private final Assumptions assumptions;
  private final Ledger ledger;
  private final Map<Long, ChoiceShares> shares = new Newest<>();
  private final Map<Long, Untold> ofSure = new Newest<>();
  private final Map<Long, Untold> ofDrawn = new Newest<>();

  /**
   * Of whatever is not told by the log, the assumptions of now count.
   *
   * @param assumptions of now
   * @param ledger that answers as the one of then did
   */
  PolicyOfThen(Assumptions assumptions, Ledger ledger) {
    this.assumptions = assumptions.holdingNobodyOut();
    this.ledger = ledger;
  }

  /**
   * Probability by choice; empty when its probability is one that the rules do not give it,
   * whatever was left to chance.
   */
  Map<String, Double> shares(
      LoggedDecision logged, RuleSet rules, Scores scores, Caps caps, DualPrices prices) {
    if (isHeldOut(logged.decision())) {
      return Map.of(RulePreview.NOTHING, 1.0);
    }
    return shares
        .computeIfAbsent(rules.version(), version -> new ChoiceShares(assumptions, rules, ledger))
        .asLogged(logged, scores, caps, prices);
  }

  /** Whether it may have rested on what the log does not keep. */
  boolean mayRestOnUntold(
      LoggedDecision logged, RuleSet rules, Scores scores, Caps caps, DualPrices prices) {
    if (isHeldOut(logged.decision())) {
      return false;
    }
    boolean sure = logged.decision().probability() == 1;
    return (sure ? ofSure : ofDrawn)
        .computeIfAbsent(
            rules.version(),
            version -> Untold.ofAnyVariant(assumptions.exploring(sure ? 0 : 1), rules, ledger))
        .mayMatter(logged, rules, scores, caps, prices, kept -> false);
  }

  /** Who is held out is told so of every promotion. */
  private static boolean isHeldOut(Decision decision) {
    return decision.losses() == null
        ? decision.candidates().stream().anyMatch(one -> one.loss() == Loss.HOLDOUT)
        : decision.losses().indexOf(Loss.HOLDOUT.letter()) >= 0;
  }
}
