package io.promoflow.deploy.shop.ledger;

import java.time.Instant;

/**
 * One record that the shop sends to the topic of raw events, with what has to become of it.
 *
 * @param seq place within the half-day: 0, 1, 2 ...
 * @param expected {@code ACCEPTED}, {@code DUPLICATE}, or the reason it must be rejected with
 * @param id event id; null when it was left out on purpose
 * @param act what happened; for a broken record what it would have been
 * @param shopper raw shopper id
 * @param at when
 * @param product null when it is about none
 * @param category null when there is no product
 * @param quantity null when there is none
 * @param unitPriceCents before discount; null when there is none
 * @param discountCents on the line; null when there is none
 * @param orderId null when it belongs to no order
 * @param promotionId null when no promotion is involved
 * @param decisionId null when no promotion is involved
 */
public record SentEvent(
    int seq,
    String expected,
    String id,
    Act act,
    String shopper,
    Instant at,
    String product,
    String category,
    Integer quantity,
    Long unitPriceCents,
    Long discountCents,
    String orderId,
    String promotionId,
    String decisionId) {
  public static final String ACCEPTED = "ACCEPTED";
  public static final String DUPLICATE = "DUPLICATE";

  public boolean isAccepted() {
    return ACCEPTED.equals(expected);
  }

  public boolean isDuplicate() {
    return DUPLICATE.equals(expected);
  }

  /** Value of the line before discount, in cents; 0 when it has no price. */
  public long grossCents() {
    return unitPriceCents == null ? 0 : unitPriceCents * (quantity == null ? 1 : quantity);
  }

  /** Discount of the line, in cents; 0 when there is none. */
  public long discount() {
    return discountCents == null ? 0 : discountCents;
  }

  /** The same record at a place of its half-day. */
  public SentEvent numbered(int place) {
    return new SentEvent(
        place,
        expected,
        id,
        act,
        shopper,
        at,
        product,
        category,
        quantity,
        unitPriceCents,
        discountCents,
        orderId,
        promotionId,
        decisionId);
  }

  /** The same event with another fate. */
  public SentEvent expecting(String fate) {
    return new SentEvent(
        seq,
        fate,
        id,
        act,
        shopper,
        at,
        product,
        category,
        quantity,
        unitPriceCents,
        discountCents,
        orderId,
        promotionId,
        decisionId);
  }
}
