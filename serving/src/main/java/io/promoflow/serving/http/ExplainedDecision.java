package io.promoflow.serving.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Explanation;
import io.promoflow.serving.ledger.CouponCodes;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

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

  /**
   * Under the rules of then.
   *
   * @param current rules in force; null when there are none
   */
  static ExplainedDecision of(Explanation explanation, RuleSet current, CouponCodes codes) {
    Decision decision = explanation.decision();
    String code = code(decision, codes, current, explanation.rules());
    return new ExplainedDecision(decision, explanation.candidates(), code);
  }

  /**
   * As the decision says itself.
   *
   * @param current rules in force; null when there are none
   */
  static ExplainedDecision of(Decision decision, RuleSet current, CouponCodes codes) {
    return new ExplainedDecision(decision, decision.candidates(), code(decision, codes, current));
  }

  /** By the first rules that have the promotion: a redemption is tested by those in force. */
  private static String code(Decision decision, CouponCodes codes, RuleSet... rules) {
    return Stream.of(rules)
        .filter(Objects::nonNull)
        .flatMap(one -> one.promotions().stream())
        .filter(promotion -> promotion.id().equals(decision.promotionId()))
        .findFirst()
        .flatMap(promotion -> codes.of(promotion, decision.shopperId()))
        .orElse(null);
  }
}
