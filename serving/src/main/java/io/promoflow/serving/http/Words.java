package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Explanation;
import io.promoflow.serving.ledger.CouponCodes;
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

  /** Why each promotion lost; what the decision says itself when its rules are not there. */
  ExplainedDecision of(Decision decision) {
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
    return rules
        .map(then -> ExplainedDecision.of(new Explanation(decision, then, row), current, codes))
        .orElseGet(() -> ExplainedDecision.of(decision, current, codes));
  }
}
