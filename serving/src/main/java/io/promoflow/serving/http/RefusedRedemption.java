package io.promoflow.serving.http;

import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.Settlement;

/**
 * A redemption that the ledger refuses, as RFC 9457 writes it, with the ledger's answer as
 * extension members.
 *
 * @param type what kind, a URN
 * @param title the kind in words
 * @param status HTTP status
 * @param detail what is wrong this time
 * @param refusal why, for programs
 * @param key the redemption's
 * @param decisionId the redemption's
 * @param promotionId what was promised; null when nobody knows
 * @param spentCents what the decision has cost so far
 */
record RefusedRedemption(
    String type,
    String title,
    int status,
    String detail,
    Refusal refusal,
    String key,
    String decisionId,
    String promotionId,
    long spentCents) {

  static RefusedRedemption of(Settlement settlement) {
    return new RefusedRedemption(
        "urn:promoflow:problem:refused",
        "The ledger refuses it",
        409,
        settlement.refusal().inWords(),
        settlement.refusal(),
        settlement.key(),
        settlement.decisionId(),
        settlement.promotionId(),
        settlement.spentCents());
  }
}
