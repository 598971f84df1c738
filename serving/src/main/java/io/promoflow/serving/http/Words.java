package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Explanation;
import java.util.List;
import java.util.Optional;

/**
 * Puts decisions into words, by the rules and the features that they were made with.
 *
 * @param knowledge rules in force, and features
 * @param archive older rules
 */
record Words(Knowledge knowledge, DecisionArchive archive) {

  /** Why each promotion lost; what the decision says itself when its rules are lost. */
  List<Candidate> of(Decision decision) {
    RuleSet current = knowledge.rules();
    Optional<RuleSet> rules =
        current != null && current.version() == decision.ruleVersion()
            ? Optional.of(current)
            : archive.rules(decision.ruleVersion());
    FeatureRow row =
        knowledge
            .rows(decision.shopperId())
            .filter(one -> one.asOf().equals(decision.featuresAsOf()))
            .findFirst()
            .orElse(null);
    return rules
        .map(then -> new Explanation(decision, then, row).candidates())
        .orElse(decision.candidates());
  }
}
