package io.promoflow.serving.quote;

import io.promoflow.serving.Cart;
import java.time.Instant;
import java.util.List;

/**
 * What of these promises holds on this cart?
 *
 * @param shopperId pseudonym
 * @param cart what lies in the cart; the value of every line is known
 * @param decisionIds whose promises; each once
 * @param couponCodes that the shopper entered, whichever they are for
 * @param at the moment, on the event-time clock: caps of redemptions count up to it
 */
public record QuoteRequest(
    String shopperId, Cart cart, List<String> decisionIds, List<String> couponCodes, Instant at) {}
