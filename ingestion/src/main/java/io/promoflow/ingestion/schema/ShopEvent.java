package io.promoflow.ingestion.schema;

import java.time.Instant;

/**
 * One valid thing that a shopper did, after ingestion: checked, de-duplicated, pseudonymised.
 *
 * @param eventId unique id; a raw event with several order lines gives one event per line, {@code
 *     id/1}, {@code id/2} ...
 * @param shopperId pseudonym (HMAC-SHA-256, hexadecimal, with a key id before a dot)
 * @param sessionId null when the shop sends no sessions
 * @param at when it happened, by the shop's clock
 * @param productId null when the event is about no product
 * @param category null when unknown
 * @param brand null when unknown
 * @param quantity pieces, at least 1; null when the event has no quantity
 * @param unitPriceCents price of one piece before discount, at least 0; null when there is no price
 * @param discountCents discount on the whole line, at least 0; null when none was told
 * @param currency ISO 4217; null when there is no price
 * @param orderId null when the event belongs to no order
 * @param promotionId null when no promotion is involved
 * @param decisionId the decision that showed the promotion; null when unknown
 * @param query what was searched for; null unless searched
 * @param rating 1 to 5; null unless reviewed
 * @param text review text; null when there is none
 * @param dwellMillis time spent on the page; null when unknown
 * @param memberLevel level of the shopper as the shop names it, from then on; null when not told
 * @param couponCode code that the shopper entered; null when none
 */
public record ShopEvent(
    String eventId,
    ShopEventType type,
    String shopperId,
    String sessionId,
    Instant at,
    String productId,
    String category,
    String brand,
    Integer quantity,
    Long unitPriceCents,
    Long discountCents,
    String currency,
    String orderId,
    String promotionId,
    String decisionId,
    String query,
    Integer rating,
    String text,
    Long dwellMillis,
    String memberLevel,
    String couponCode) {

  /** An event that tells neither a level nor a code. */
  public ShopEvent(
      String eventId,
      ShopEventType type,
      String shopperId,
      String sessionId,
      Instant at,
      String productId,
      String category,
      String brand,
      Integer quantity,
      Long unitPriceCents,
      Long discountCents,
      String currency,
      String orderId,
      String promotionId,
      String decisionId,
      String query,
      Integer rating,
      String text,
      Long dwellMillis) {
    this(
        eventId,
        type,
        shopperId,
        sessionId,
        at,
        productId,
        category,
        brand,
        quantity,
        unitPriceCents,
        discountCents,
        currency,
        orderId,
        promotionId,
        decisionId,
        query,
        rating,
        text,
        dwellMillis,
        null,
        null);
  }

  /** Value of the line before discount, in cents; 0 when it has no price. */
  public long grossCents() {
    return unitPriceCents == null ? 0 : unitPriceCents * (quantity == null ? 1 : quantity);
  }

  /** What the shopper paid for the line, in cents: gross less discount. */
  public long netCents() {
    return grossCents() - (discountCents == null ? 0 : discountCents);
  }

  /** The same event about another shopper id: how the pseudonym takes the place of the raw id. */
  public ShopEvent withShopperId(String id) {
    return with(id, discountCents);
  }

  /** The same line with another discount. */
  public ShopEvent withDiscountCents(long discount) {
    return with(shopperId, discount);
  }

  private ShopEvent with(String shopper, Long discount) {
    return new ShopEvent(
        eventId,
        type,
        shopper,
        sessionId,
        at,
        productId,
        category,
        brand,
        quantity,
        unitPriceCents,
        discount,
        currency,
        orderId,
        promotionId,
        decisionId,
        query,
        rating,
        text,
        dwellMillis,
        memberLevel,
        couponCode);
  }
}
