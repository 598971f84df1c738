package io.promoflow.serving.ledger;

import java.time.Instant;

/**
 * What became of a promise.
 *
 * @param key idempotency key: the same key with the same content gets the same answer
 * @param decisionId whose promise
 * @param action what to do with it
 * @param costCents what it cost in fact (COMMIT), what is given back (REFUND), at most what was
 *     spent; null for all of it
 * @param couponCode code that the shopper entered (COMMIT); null when none
 * @param at when it happened, event time
 */
public record Redemption(
    String key, String decisionId, Action action, Long costCents, String couponCode, Instant at) {

  /** One without a code. */
  public Redemption(String key, String decisionId, Action action, Long costCents, Instant at) {
    this(key, decisionId, action, costCents, null, at);
  }

  /** What to do with a promise. */
  public enum Action {
    /** The shopper used it: its cost is spent. */
    COMMIT,
    /** The shopper will not use it: what was promised is free again. */
    CANCEL,
    /** What was spent comes back, because the order was. */
    REFUND
  }
}
