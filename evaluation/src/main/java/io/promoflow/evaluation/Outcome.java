package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;

/**
 * The part of a shop event that results rest on; this is what is kept per shopper.
 *
 * @param eventId unique
 * @param type one that {@link Metrics#restOn results rest on}
 * @param atMillis event time, epoch milliseconds
 * @param orderId null when it belongs to no order
 * @param productId null when it is about no product
 * @param quantity pieces; null when unknown
 * @param unitPriceCents price of a piece before discount; null when unknown
 * @param discountCents on the whole line; null when unknown
 * @param promotionId null when no promotion is involved
 * @param decisionId null when unknown
 * @param category of the product; null when unknown
 * @param rating 1 to 5; null unless it is a review with one
 */
public record Outcome(
    String eventId,
    ShopEventType type,
    long atMillis,
    String orderId,
    String productId,
    Integer quantity,
    Long unitPriceCents,
    Long discountCents,
    String promotionId,
    String decisionId,
    String category,
    Integer rating) {

  /** Events that promotion outcomes rest on, whatever metrics are declared. */
  static final Set<ShopEventType> ALWAYS_KEPT =
      EnumSet.of(
          ShopEventType.ORDER_PLACED,
          ShopEventType.ORDER_CANCELLED,
          ShopEventType.ORDER_REFUNDED,
          ShopEventType.PROMOTION_VIEWED,
          ShopEventType.PROMOTION_CLICKED,
          ShopEventType.COUPON_REDEEMED);

  /** Time, then placed before reversed, then id: the same order whatever order they came in. */
  public static final Comparator<Outcome> BY_TIME =
      Comparator.comparingLong(Outcome::atMillis)
          .thenComparing(Outcome::type)
          .thenComparing(Outcome::eventId);

  /** One of an unknown category, that is no review. */
  public Outcome(
      String eventId,
      ShopEventType type,
      long atMillis,
      String orderId,
      String productId,
      Integer quantity,
      Long unitPriceCents,
      Long discountCents,
      String promotionId,
      String decisionId) {
    this(
        eventId,
        type,
        atMillis,
        orderId,
        productId,
        quantity,
        unitPriceCents,
        discountCents,
        promotionId,
        decisionId,
        null,
        null);
  }

  /** Whether it is one whatever metrics are declared. */
  public static boolean isOne(ShopEvent event) {
    return ALWAYS_KEPT.contains(event.type());
  }

  public static Outcome of(ShopEvent event) {
    return new Outcome(
        event.eventId(),
        event.type(),
        event.at().toEpochMilli(),
        event.orderId(),
        event.productId(),
        event.quantity(),
        event.unitPriceCents(),
        event.discountCents(),
        event.promotionId(),
        event.decisionId(),
        event.category(),
        event.rating());
  }

  /** Value before discount, in cents; 0 when it has no price. */
  public long grossCents() {
    return unitPriceCents == null ? 0 : unitPriceCents * (quantity == null ? 1 : quantity);
  }

  /** Whether it is a line of an order, placed or taken back. */
  public boolean isOfOrder() {
    return type == ShopEventType.ORDER_PLACED || isReversal();
  }

  public boolean isReversal() {
    return type == ShopEventType.ORDER_CANCELLED || type == ShopEventType.ORDER_REFUNDED;
  }

  /** Whether it tells that this decision was shown. */
  public boolean shows(String id) {
    return type == ShopEventType.PROMOTION_VIEWED && id.equals(decisionId);
  }

  /** Whether it tells of a decision that was shown and gave nothing: no view of a promotion. */
  public boolean isBarePlacement() {
    return type == ShopEventType.PROMOTION_VIEWED && promotionId == null;
  }

  /** The order it belongs to; a line without an order id is an order of its own. */
  public String orderKey() {
    return orderId == null ? "event " + eventId : orderId;
  }
}
