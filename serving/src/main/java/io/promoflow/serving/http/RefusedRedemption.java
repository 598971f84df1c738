package io.promoflow.serving.http;

import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.ledger.Settlement;

/**
 * A redemption that the ledger refuses for good, as RFC 9457 writes it, with the ledger's answer as
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
        inWords(settlement.refusal()),
        settlement.refusal(),
        settlement.key(),
        settlement.decisionId(),
        settlement.promotionId(),
        settlement.spentCents());
  }

  private static String inWords(Refusal refusal) {
    return switch (refusal) {
      case BUDGET_SPENT -> "what is left of the budget does not cover the cost";
      case OUT_OF_STOCK -> "no unit is left";
      case CAP_REACHED -> "the shopper has redeemed as often as the promotion lets one shopper";
      case PACED -> "spending is ahead of the plan";
      case NO_LEASE -> "what the server has leased of the budget does not cover the cost";
      case NOTHING_PROMISED -> "no such decision is known, or it promised nothing";
      case EXPIRED -> "the promise has run out, or was cancelled";
      case KEY_REUSED -> "the key was used before, for something else";
    };
  }
}
