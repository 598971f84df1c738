package io.promoflow.ingestion.wire;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** The quick way to write a {@link ShopEvent}, byte for byte as databind writes it. */
@SuppressWarnings("EnumOrdinal") // an index that never leaves the process
final class ShopEventWriter {
  private static final byte[][] NAMES =
      Arrays.stream(ShopEvent.class.getRecordComponents())
          .map(c -> ("\"" + c.getName() + "\":").getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);
  private static final String[] TYPES =
      Arrays.stream(ShopEventType.values()).map(Enum::name).toArray(String[]::new);
  private static final int USUAL_BYTES = 512;

  private final JsonBuffer json = new JsonBuffer(USUAL_BYTES);

  private ShopEventWriter() {}

  /** The event as JSON, or null when databind has to write it. */
  static byte[] bytes(ShopEvent event) {
    try {
      return new ShopEventWriter().written(event);
    } catch (Unusual e) {
      return null;
    }
  }

  private byte[] written(ShopEvent e) throws Unusual {
    json.mark('{');
    text(0, e.eventId());
    text(1, e.type() == null ? null : TYPES[e.type().ordinal()]);
    text(2, e.shopperId());
    text(3, e.sessionId());
    time(4, e.at());
    text(5, e.productId());
    text(6, e.category());
    text(7, e.brand());
    number(8, e.quantity());
    number(9, e.unitPriceCents());
    number(10, e.discountCents());
    text(11, e.currency());
    text(12, e.orderId());
    text(13, e.promotionId());
    text(14, e.decisionId());
    text(15, e.query());
    number(16, e.rating());
    text(17, e.text());
    number(18, e.dwellMillis());
    json.mark('}');
    return json.toBytes();
  }

  private void name(int field) {
    if (!json.endsOpen()) {
      json.mark(',');
    }
    json.ready(NAMES[field]);
  }

  private void text(int field, String text) throws Unusual {
    if (text != null) {
      name(field);
      json.text(text);
    }
  }

  private void time(int field, Instant at) throws Unusual {
    if (at != null) {
      name(field);
      json.time(at);
    }
  }

  private void number(int field, Number number) {
    if (number != null) {
      name(field);
      json.whole(number.longValue());
    }
  }
}
