package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Who keeps others of its stacking group out of a decision: where the ledger may have refused it,
 * the others may have been in question.
 */
final class KeptOut {
  private KeptOut() {}

  /**
   * By the promotion that is kept out, the one that keeps it out.
   *
   * @param made with the letters of its losses
   * @param rules that it was made under
   */
  static Map<String, Candidate> of(Decision made, RuleSet rules) {
    var kept = new HashMap<String, Candidate>();
    if (made.losses().indexOf(Loss.EXCLUDED_IN_GROUP.letter()) < 0) {
      return kept;
    }
    var first = new HashMap<String, Candidate>();
    for (Candidate one : made.candidates()) {
      boolean inQuestion = one.loss() == null || !one.loss().isRefusal();
      if (one.promotionId() != null && inQuestion) {
        first.put(RulesOfThen.find(one.promotionId(), rules).stackingGroup(), one);
      }
    }
    for (int i = 0; i < made.losses().length(); i++) {
      if (made.losses().charAt(i) == Loss.EXCLUDED_IN_GROUP.letter()) {
        Promotion one = rules.promotions().get(i);
        kept.put(one.id(), first.get(one.stackingGroup()));
      }
    }
    return kept;
  }
}
