package io.promoflow.deploy.shop;

import java.time.Instant;

/** Puts a whole event together. */
final class SentEventBuilder {
  private final String id;
  private final String event;
  private final int shopper;
  private final Instant at;
  private String productId;
  private String category;
  private Long priceCents;
  private Long discountCents;
  private String orderId;
  private String promotionId;
  private String decisionId;
  private String query;

  SentEventBuilder(String id, String event, int shopper, Instant at) {
    this.id = id;
    this.event = event;
    this.shopper = shopper;
    this.at = at;
  }

  SentEventBuilder product(String product, String ofCategory) {
    this.productId = product;
    this.category = ofCategory;
    return this;
  }

  SentEventBuilder price(Long cents, Long discount) {
    this.priceCents = cents;
    this.discountCents = discount;
    return this;
  }

  SentEventBuilder order(String order) {
    this.orderId = order;
    return this;
  }

  SentEventBuilder promotion(String promotion) {
    this.promotionId = promotion;
    return this;
  }

  SentEventBuilder decision(String decision) {
    this.decisionId = decision;
    return this;
  }

  SentEventBuilder query(String text) {
    this.query = text;
    return this;
  }

  SentEvent build() {
    return new SentEvent(
        id,
        event,
        shopper,
        at,
        productId,
        category,
        priceCents,
        discountCents,
        orderId,
        promotionId,
        decisionId,
        query,
        SentEvent.ACCEPTED,
        null);
  }
}
