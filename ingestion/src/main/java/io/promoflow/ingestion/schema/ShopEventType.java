package io.promoflow.ingestion.schema;

/**
 * What happened in the shop. The wire name is the Segment e-commerce name; GA4 names are aliases.
 */
public enum ShopEventType {
  PRODUCT_VIEWED,
  SEARCHED,
  ADDED_TO_CART,
  REMOVED_FROM_CART,
  /** One line of a placed order; lines of one order share {@code orderId}. */
  ORDER_PLACED,
  /** One line of an order that was cancelled before delivery; {@code quantity} is positive. */
  ORDER_CANCELLED,
  /** One line of an order that was paid back; {@code quantity} is positive. */
  ORDER_REFUNDED,
  REVIEWED,
  PROMOTION_VIEWED,
  PROMOTION_CLICKED,
  COUPON_REDEEMED,
  SIGNED_UP,
  PROFILE_CHANGED,
  CONSENT_WITHDRAWN
}
