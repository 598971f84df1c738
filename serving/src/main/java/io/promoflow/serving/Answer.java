package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.scoring.Scores;
import java.util.List;

/**
 * What a decision rests on, and the record that tells of it.
 *
 * @param features null when there is no row
 * @param prices null when there are none
 */
record Answer(
    DecisionRequest request, FeatureRow features, Scores scores, RuleSet rules, DualPrices prices) {

  Decision of(
      Strategy strategy,
      Arms.Drawn drawn,
      List<Candidate> candidates,
      String losses,
      Boolean triggered) {
    Scored chosen = drawn.chosen();
    return new Decision(
        request.decisionId(),
        request.requestId(),
        request.trigger(),
        request.shopperId(),
        request.at(),
        request.cart().totalCents(),
        scores.segment(),
        scores.propensity(),
        strategy.experimentId(),
        strategy.variant(),
        chosen == null ? null : chosen.id(),
        strategy.probability() * drawn.probability(),
        chosen == null ? 0 : chosen.valuation().costCents(),
        candidates,
        rules.version(),
        scores.modelVersions(),
        features == null ? null : features.featuresVersion(),
        features == null ? null : features.asOf(),
        scores.contributions(),
        prices == null ? null : prices.version(),
        false,
        losses,
        triggered);
  }
}
