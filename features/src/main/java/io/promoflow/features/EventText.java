package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;
import java.util.function.Function;

/** Text fields of an event whose values can be counted. */
public enum EventText {
  PRODUCT_ID("productId", ShopEvent::productId),
  CATEGORY("category", ShopEvent::category),
  BRAND("brand", ShopEvent::brand),
  ORDER_ID("orderId", ShopEvent::orderId),
  SESSION_ID("sessionId", ShopEvent::sessionId),
  PROMOTION_ID("promotionId", ShopEvent::promotionId),
  QUERY("query", ShopEvent::query),
  MEMBER_LEVEL("memberLevel", ShopEvent::memberLevel),
  COUPON_CODE("couponCode", ShopEvent::couponCode),
  SHOPPER_ID("shopperId", ShopEvent::shopperId);

  private final String field;

  @SuppressWarnings("ImmutableEnumChecker") // method references without state
  private final Function<ShopEvent, String> reader;

  EventText(String field, Function<ShopEvent, String> reader) {
    this.field = field;
    this.reader = reader;
  }

  public String field() {
    return field;
  }

  /** Null when the event does not say. */
  public String of(ShopEvent event) {
    return reader.apply(event);
  }
}
