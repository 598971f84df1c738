package io.promoflow.ingestion;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a raw event that we read, with the names they may have. The first name is ours, the
 * others are Segment's and GA4's; where several are present the earlier one wins.
 */
enum EventField {
  EVENT_ID(200, "messageId", "eventId", "event_id", "insert_id"),
  TYPE(100, "event", "event_name", "eventType", "type"),
  SHOPPER_ID(
      200,
      "userId",
      "shopperId",
      "user_id",
      "customer_id",
      "anonymousId",
      "anonymous_id",
      "user_pseudo_id"),
  AT(64, "timestamp", "at", "originalTimestamp", "event_timestamp", "timestamp_micros"),
  SESSION_ID(200, "sessionId", "session_id", "ga_session_id"),
  ORDER_ID(200, "orderId", "order_id", "transaction_id"),
  PRODUCT_ID(200, "productId", "product_id", "item_id", "sku"),
  CATEGORY(200, "category", "item_category"),
  BRAND(200, "brand", "item_brand"),
  QUANTITY(40, "quantity"),
  CURRENCY(40, "currency"),
  UNIT_PRICE_CENTS(40, "unitPriceCents", "unit_price_cents"),
  PRICE(40, "price", "unitPrice", "unit_price"),
  DISCOUNT_CENTS(40, "discountCents", "discount_cents"),
  DISCOUNT(40, "discount"),
  PROMOTION_ID(200, "promotionId", "promotion_id", "coupon_id", "coupon"),
  DECISION_ID(200, "decisionId", "decision_id"),
  QUERY(1_000, "query", "search_term"),
  RATING(40, "rating"),
  TEXT(10_000, "text", "review_body", "reviewBody", "review_text"),
  DWELL_MILLIS(40, "dwellMillis", "dwell_millis", "engagement_time_msec"),
  MEMBER_LEVEL(200, "memberLevel", "member_level"),
  COUPON_CODE(200, "couponCode", "coupon_code");

  /** A name in the JSON: which field it stands for and how strongly. */
  record Alias(EventField field, int order) {}

  private static final Map<String, Alias> BY_NAME = new HashMap<>();

  static {
    for (EventField field : values()) {
      for (int i = 0; i < field.names.size(); i++) {
        BY_NAME.put(field.names.get(i), new Alias(field, i));
      }
    }
  }

  private final int longest;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  EventField(int longest, String... names) {
    this.longest = longest;
    this.names = List.of(names);
  }

  /** Most characters its value may have. */
  int longest() {
    return longest;
  }

  /** All names, ours first. */
  List<String> names() {
    return names;
  }

  /** The name we use ourselves. */
  String ourName() {
    return names.get(0);
  }

  /** Which field a name in the JSON stands for; null when for none that we read. */
  static Alias named(String name) {
    return BY_NAME.get(name);
  }
}
