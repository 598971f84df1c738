package io.promoflow.serving.http;

import java.time.Instant;

/**
 * What a shopper was offered.
 *
 * @param promotionId which
 * @param at moment of the decision
 */
public record Offer(String promotionId, Instant at) {}
