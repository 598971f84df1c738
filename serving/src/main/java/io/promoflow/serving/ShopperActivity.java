package io.promoflow.serving;

import java.time.Instant;

/**
 * What is remembered of a shopper between events to notice the moments that ask for a decision.
 *
 * @param lastAt newest event; null before the first
 * @param sessionId newest session; null when the shop sends none
 * @param cart what lies in the cart
 * @param lastAddId the cart add that an abandonment would name; null when none is pending
 * @param abandonedAt when the cart counts as abandoned; null when none is pending
 */
public record ShopperActivity(
    Instant lastAt, String sessionId, Cart cart, String lastAddId, Instant abandonedAt) {

  public static final ShopperActivity NONE =
      new ShopperActivity(null, null, Cart.EMPTY, null, null);

  ShopperActivity seen(Instant at, String session) {
    boolean newest = lastAt == null || !at.isBefore(lastAt);
    return new ShopperActivity(
        newest ? at : lastAt,
        session == null || !newest ? sessionId : session,
        cart,
        lastAddId,
        abandonedAt);
  }

  ShopperActivity withCart(Cart next) {
    return next.isEmpty()
        ? new ShopperActivity(lastAt, sessionId, next, null, null)
        : new ShopperActivity(lastAt, sessionId, next, lastAddId, abandonedAt);
  }

  ShopperActivity pending(String addId, Instant due) {
    return new ShopperActivity(lastAt, sessionId, cart, addId, due);
  }

  ShopperActivity nothingPending() {
    return pending(null, null);
  }
}
