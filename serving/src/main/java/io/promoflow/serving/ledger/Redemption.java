package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Instant;

/**
 * What became of a promise.
 *
 * @param key idempotency key: the same key with the same content gets the same answer
 * @param decisionId whose promise
 * @param action what to do with it
 * @param costCents what it cost in fact (COMMIT), null for what was promised until another one
 *     tells it; what is given back (REFUND), at most what was spent, null for all of it
 * @param couponCode code that the shopper entered (COMMIT); null when none
 * @param at when it happened, event time
 * @param reversal which line of an order came back (REFUND), when an event tells it; null when it
 *     is told by HTTP
 */
public record Redemption(
    String key,
    String decisionId,
    Action action,
    Long costCents,
    String couponCode,
    Instant at,
    Reversal reversal) {

  /** One that no event tells of. */
  public Redemption(
      String key, String decisionId, Action action, Long costCents, String couponCode, Instant at) {
    this(key, decisionId, action, costCents, couponCode, at, null);
  }

  /** One without a code. */
  public Redemption(String key, String decisionId, Action action, Long costCents, Instant at) {
    this(key, decisionId, action, costCents, null, at);
  }

  /** Whether an event tells of a line of an order, and not of the order. */
  boolean isOfLine() {
    return reversal != null && reversal.productId() != null;
  }

  Redemption costing(long cents) {
    return new Redemption(key, decisionId, action, cents, couponCode, at, reversal);
  }

  /**
   * A line of an order that came back.
   *
   * @param type ORDER_CANCELLED or ORDER_REFUNDED
   * @param orderId null when the event names none
   * @param productId null when the event names none
   */
  public record Reversal(ShopEventType type, String orderId, String productId) {}

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
