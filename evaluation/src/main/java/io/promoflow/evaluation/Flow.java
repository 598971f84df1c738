package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.ShopEventType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a metric may sum per shopper: the words of {@code metrics.yaml}. */
public enum Flow {
  /** 1 when an order stands, else 0. */
  CONVERSION(ShopEventType.ORDER_PLACED),
  /** Distinct orders that stand. */
  ORDERS(ShopEventType.ORDER_PLACED),
  /** Value less discount, less what was taken back, in cents. */
  SPEND(ShopEventType.ORDER_PLACED),
  /** Margin share of the value before discount, less the discount, in cents. */
  PROFIT(ShopEventType.ORDER_PLACED),
  /** Discounts given, in cents. */
  DISCOUNT(ShopEventType.ORDER_PLACED),
  /** Promotions that were seen. */
  VIEWS(ShopEventType.PROMOTION_VIEWED),
  /** Promotions that were clicked. */
  CLICKS(ShopEventType.PROMOTION_CLICKED),
  /** Coupons that were redeemed. */
  REDEMPTIONS(ShopEventType.COUPON_REDEEMED),
  /** Sum of the ratings of reviews, 1 to 5 each. */
  RATING(ShopEventType.REVIEWED),
  /** Reviews that have a rating. */
  REVIEWS(ShopEventType.REVIEWED),
  /** Events of the types that the metric lists. */
  EVENTS(null),
  /** 1 when there was such an event, else 0. */
  ACTIVE(null);

  private final ShopEventType type;

  Flow(ShopEventType type) {
    this.type = type;
  }

  /** As it is written. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is 0 or 1. */
  boolean isShare() {
    return this == CONVERSION || this == ACTIVE;
  }

  /** Whether each order has one of its own. */
  boolean isOfOrders() {
    return this == SPEND || this == DISCOUNT;
  }

  /** Whether the metric says which event types it is about. */
  boolean needsEventTypes() {
    return type == null;
  }

  /** Event types that it rests on, besides those that the metric lists. */
  Set<ShopEventType> types() {
    if (type == null) {
      return Set.of();
    }
    return type == ShopEventType.ORDER_PLACED
        ? EnumSet.of(
            ShopEventType.ORDER_PLACED, ShopEventType.ORDER_CANCELLED, ShopEventType.ORDER_REFUNDED)
        : EnumSet.of(type);
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Flow::word).toList();
  }

  static Optional<Flow> named(String word) {
    return Arrays.stream(values()).filter(flow -> flow.word().equals(word)).findFirst();
  }
}
