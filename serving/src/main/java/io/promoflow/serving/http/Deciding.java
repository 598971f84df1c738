package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.http.Lookups.Found;
import java.time.Duration;

/**
 * Decides by what lies in memory.
 *
 * @param decider with the ledger that it reserves in, or does not
 * @param knowledge of features, models and prices
 * @param offered what shoppers were offered from here
 * @param featuresLag how old features must be at the moment of a decision
 */
record Deciding(Decider decider, Knowledge knowledge, Offered offered, Duration featuresLag) {

  /** Of a shopper whose earlier offers nobody looks up: the rules count none. */
  static final Found<Offers> NOT_ASKED = new Found<>(Offers.NONE, false);

  /**
   * By some rules.
   *
   * @param rules null before the first
   * @param found what the shopper was offered, as far as the store has it
   */
  Decision decide(DecisionRequest request, RuleSet rules, Found<Offers> found) {
    if (rules == null) {
      throw new ProblemException(Problem.notReady("there are no serving rules yet"));
    }
    FeatureRow row = knowledge.row(request.shopperId(), request.at().minus(featuresLag));
    Offers offers = found.value() == null ? Offers.NONE : found.value();
    return decider.decideBriefly(
        request,
        row,
        knowledge.models(),
        rules,
        offered.caps(rules, request.shopperId(), offers),
        knowledge.prices());
  }
}
