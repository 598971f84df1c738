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

  private byte[] bytes = new byte[USUAL_BYTES];
  private int at;

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
    text(0, e.eventId());
    text(1, e.type() == null ? null : TYPES[e.type().ordinal()]);
    text(2, e.shopperId());
    text(3, e.sessionId());
    text(4, time(e.at()));
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
    room(2);
    if (at == 0) {
      bytes[at++] = '{';
    }
    bytes[at++] = '}';
    return Arrays.copyOf(bytes, at);
  }

  /** ISO 8601 as in {@link Instant#toString}: no fraction, or one of three digits at a time. */
  private static String time(Instant at) {
    return at == null ? null : at.toString();
  }

  private void name(int field, int room) {
    byte[] name = NAMES[field];
    room(name.length + room + 3);
    bytes[at] = (byte) (at == 0 ? '{' : ',');
    System.arraycopy(name, 0, bytes, ++at, name.length);
    at += name.length;
  }

  @SuppressWarnings("deprecation") // copies the lower bytes of chars, which is right for ASCII
  private void text(int field, String text) throws Unusual {
    if (text == null) {
      return;
    }
    int length = text.length();
    name(field, length);
    bytes[at++] = '"';
    text.getBytes(0, length, bytes, at);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        throw Unusual.here();
      }
    }
    at += length;
    bytes[at++] = '"';
  }

  @SuppressWarnings("deprecation") // see above
  private void number(int field, Number number) {
    if (number != null) {
      String digits = Long.toString(number.longValue());
      name(field, digits.length());
      digits.getBytes(0, digits.length(), bytes, at);
      at += digits.length();
    }
  }

  private void room(int more) {
    if (at + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + more));
    }
  }
}
