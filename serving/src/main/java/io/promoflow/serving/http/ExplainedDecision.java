package io.promoflow.serving.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Explanation;
import io.promoflow.serving.ledger.CouponCodes;
import java.util.List;

/**
 * A decision as it was made, and in words; with what the shopper has to enter.
 *
 * @param decision as it was logged
 * @param explanation every promotion of its rules, then giving nothing, with why each but the
 *     chosen one lost and what would have changed it
 * @param couponCode with which this shopper redeems it; null when it needs none
 */
record ExplainedDecision(
    @JsonUnwrapped Decision decision, List<Candidate> explanation, String couponCode) {

  /** Under the rules of then, with the code of what was given. */
  static ExplainedDecision of(Explanation explanation, CouponCodes codes) {
    Decision decision = explanation.decision();
    return new ExplainedDecision(
        decision, explanation.candidates(), code(decision, explanation.rules(), codes));
  }

  /**
   * As the decision says itself, with the code by the rules in force, which a redemption is tested
   * by.
   *
   * @param current null when there are none
   */
  static ExplainedDecision of(Decision decision, RuleSet current, CouponCodes codes) {
    String code = current == null ? null : code(decision, current, codes);
    return new ExplainedDecision(decision, decision.candidates(), code);
  }

  private static String code(Decision decision, RuleSet rules, CouponCodes codes) {
    return rules.promotions().stream()
        .filter(promotion -> promotion.id().equals(decision.promotionId()))
        .findFirst()
        .flatMap(promotion -> codes.of(promotion, decision.shopperId()))
        .orElse(null);
  }
}
