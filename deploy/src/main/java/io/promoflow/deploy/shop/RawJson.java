package io.promoflow.deploy.shop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promoflow.deploy.shop.ledger.Act;
import io.promoflow.deploy.shop.ledger.SentEvent;
import io.promoflow.ingestion.schema.RejectionReason;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bytes that the shop sends for an event; broken in the way that the ledger expects. */
final class RawJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CURRENCY = "EUR";
  private static final String FAR_AHEAD = "2999-01-01T00:00:00.000Z";

  /** The ways of being broken that the shop knows. */
  static final List<RejectionReason> BROKEN =
      List.of(
          RejectionReason.NOT_JSON,
          RejectionReason.EMPTY,
          RejectionReason.UNKNOWN_TYPE,
          RejectionReason.MISSING_EVENT_ID,
          RejectionReason.MISSING_SHOPPER_ID,
          RejectionReason.OUT_OF_RANGE,
          RejectionReason.BAD_TIMESTAMP,
          RejectionReason.TOO_FAR_AHEAD);

  private RawJson() {}

  static byte[] of(SentEvent event) {
    Map<String, Object> fields = fields(event);
    if (event.isAccepted() || event.isDuplicate()) {
      return bytes(fields);
    }
    return broken(fields, RejectionReason.valueOf(event.expected()));
  }

  private static byte[] broken(Map<String, Object> fields, RejectionReason reason) {
    switch (reason) {
      case EMPTY -> {
        return new byte[0];
      }
      case NOT_JSON -> {
        byte[] whole = bytes(fields);
        return Arrays.copyOf(whole, whole.length / 2);
      }
      case UNKNOWN_TYPE -> fields.put("event", "Product Teleported");
      case MISSING_EVENT_ID -> fields.remove("messageId");
      case MISSING_SHOPPER_ID -> fields.remove("userId");
      case OUT_OF_RANGE -> fields.put("quantity", -1);
      case BAD_TIMESTAMP -> fields.put("timestamp", "yesterday at noon");
      case TOO_FAR_AHEAD -> fields.put("timestamp", FAR_AHEAD);
      default -> throw new IllegalArgumentException("no way to be broken by " + reason);
    }
    return bytes(fields);
  }

  private static Map<String, Object> fields(SentEvent event) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("messageId", event.id());
    fields.put("event", event.act().wireName());
    fields.put("userId", event.shopper());
    fields.put("timestamp", event.at().toString());
    putIfThere(fields, "productId", event.product());
    putIfThere(fields, "category", event.category());
    putIfThere(fields, "quantity", event.quantity());
    putIfThere(fields, "unitPriceCents", event.unitPriceCents());
    putIfThere(fields, "currency", event.unitPriceCents() == null ? null : CURRENCY);
    putIfThere(fields, "discountCents", event.discountCents());
    putIfThere(fields, "orderId", event.orderId());
    putIfThere(fields, "promotionId", event.promotionId());
    putIfThere(fields, "decisionId", event.decisionId());
    putIfThere(fields, "query", event.act() == Act.SEARCH ? "something nice" : null);
    return fields;
  }

  private static void putIfThere(Map<String, Object> fields, String name, Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }

  private static byte[] bytes(Map<String, Object> fields) {
    try {
      return JSON.writeValueAsString(fields).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
