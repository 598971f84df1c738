package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.Decision;

/**
 * An offer that the log of decisions tells of: of a server, or the job's own come back.
 *
 * @param at moment of the decision, milliseconds since 1970
 */
public record ToldOffer(String shopperId, String decisionId, String promotionId, long at) {

  /** Of a decision that gave something. */
  static ToldOffer of(Decision decision) {
    return new ToldOffer(
        decision.shopperId(),
        decision.decisionId(),
        decision.promotionId(),
        decision.at().toEpochMilli());
  }
}
