package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Explanation;
import io.promoflow.serving.ledger.CouponCodes;
import io.promoflow.serving.ledger.Standing;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Puts decisions into words, by the rules and the features that they were made with.
 *
 * @param knowledge rules in force, and features
 * @param older rules, by version; empty when they are lost or cannot be read now
 * @param codes that coupons are redeemed with
 */
record Words(Knowledge knowledge, LongFunction<Optional<RuleSet>> older, CouponCodes codes) {

  /** Whether the rules in force no longer have what was given. */
  boolean isGone(Decision decision) {
    RuleSet current = knowledge.rules();
    return decision.promotionId() != null
        && (current == null || promotion(current, decision).isEmpty());
  }

  /**
   * Why each promotion lost; what the decision says itself when its rules are not there.
   *
   * @param standing how the promise of what is gone stands; null when that is not known
   */
  ExplainedDecision of(Decision decision, Standing standing) {
    RuleSet current = knowledge.rules();
    Optional<RuleSet> rules =
        current != null && current.version() == decision.ruleVersion()
            ? Optional.of(current)
            : older.apply(decision.ruleVersion());
    FeatureRow row =
        knowledge
            .rows(decision.shopperId())
            .filter(one -> one.asOf().equals(decision.featuresAsOf()))
            .findFirst()
            .orElse(null);
    String code = code(decision, current, standing, rules).orElse(null);
    return rules
        .map(then -> new Explanation(decision, then, row))
        .map(words -> new ExplainedDecision(words.decision(), words.candidates(), code))
        .orElseGet(() -> new ExplainedDecision(decision, decision.candidates(), code));
  }

  /**
   * By the rules in force, which a redemption is tested by; of what they no longer have by what the
   * ledger kept of the last that had it.
   */
  private Optional<String> code(
      Decision decision, RuleSet current, Standing standing, Optional<RuleSet> then) {
    Optional<Promotion> now = current == null ? Optional.empty() : promotion(current, decision);
    if (now.isEmpty() && standing != null) {
      return standing.promotionId().equals(decision.promotionId())
          ? standing.code()
          : Optional.empty();
    }
    return now.or(() -> then.flatMap(rules -> promotion(rules, decision)))
        .flatMap(promotion -> codes.of(promotion, decision.shopperId()));
  }

  private static Optional<Promotion> promotion(RuleSet rules, Decision decision) {
    return rules.promotions().stream()
        .filter(one -> one.id().equals(decision.promotionId()))
        .findFirst();
  }
}
