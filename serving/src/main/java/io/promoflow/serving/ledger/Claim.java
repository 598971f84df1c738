package io.promoflow.serving.ledger;

import java.time.Instant;

/**
 * What a decision wants to promise.
 *
 * @param decisionId whose promise it is; the same id never claims twice
 * @param promotionId what is promised
 * @param shopperId pseudonym
 * @param costCents what it costs the shop when it is redeemed, at least 0
 * @param at moment of the decision, event time
 */
public record Claim(
    String decisionId, String promotionId, String shopperId, long costCents, Instant at) {

  public Claim {
    if (costCents < 0) {
      throw new IllegalArgumentException("a promise costs at least 0 cents, not " + costCents);
    }
  }
}
