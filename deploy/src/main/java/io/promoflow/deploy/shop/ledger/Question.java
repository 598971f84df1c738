package io.promoflow.deploy.shop.ledger;

import java.time.Instant;

/**
 * Something that must be answered by exactly one decision.
 *
 * @param requestId id of the HTTP request, or of the event that triggers the decision
 * @param trigger {@code VISIT} or {@code CART_ADD}
 * @param shopper raw shopper id
 * @param at the moment
 * @param cartCents value of the cart
 */
public record Question(
    String requestId, String trigger, String shopper, Instant at, long cartCents) {
  public static final String VISIT = "VISIT";
  public static final String CART_ADD = "CART_ADD";
}
