package io.promoflow.deploy.shop;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One record that the shop sends, and what must become of it.
 *
 * @param id event id; null for a broken one
 * @param event Segment name of the event
 * @param shopper number of the shopper
 * @param at event time
 * @param productId null when the event has none
 * @param category null when the event has none
 * @param priceCents null when the event has none
 * @param discountCents null when there is none
 * @param orderId null when the event has none
 * @param promotionId null when the event has none
 * @param decisionId decision that was seen, or whose promise it uses or gives back; null when none
 * @param query null unless a search
 * @param expected {@code accepted}, {@code duplicate}, or the reason of rejection
 * @param raw the bytes of a broken event as text; null for a whole one
 */
public record SentEvent(
    String id,
    String event,
    int shopper,
    Instant at,
    String productId,
    String category,
    Long priceCents,
    Long discountCents,
    String orderId,
    String promotionId,
    String decisionId,
    String query,
    String expected,
    String raw) {
  static final String ACCEPTED = "accepted";
  static final String DUPLICATE = "duplicate";

  /** Id that the shop knows a shopper by. */
  static String shopperId(int shopper) {
    return "shopper-" + shopper;
  }

  boolean accepted() {
    return ACCEPTED.equals(expected);
  }

  SentEvent again() {
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
        DUPLICATE,
        raw);
  }

  /** The JSON fields in Segment's names. */
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("messageId", id);
    json.put("event", event);
    json.put("userId", shopperId(shopper));
    json.put("timestamp", at.toString());
    put(json, "productId", productId);
    put(json, "category", category);
    if (priceCents != null) {
      json.put("quantity", 1);
      json.put("unitPriceCents", priceCents);
      json.put("currency", "EUR");
    }
    put(json, "discountCents", discountCents);
    put(json, "orderId", orderId);
    put(json, "promotionId", promotionId);
    put(json, "decisionId", decisionId);
    put(json, "query", query);
    return json;
  }

  private static void put(Map<String, Object> json, String key, Object value) {
    if (value != null) {
      json.put(key, value);
    }
  }
}
