package io.promoflow.ingestion.wire;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.wire.JsonBuffer.Piece;
import java.time.Instant;
import java.util.Arrays;

/** The quick way to write a {@link ShopEvent}, byte for byte as databind writes it. */
@SuppressWarnings("EnumOrdinal") // an index that never leaves the process
final class ShopEventWriter {
  private static final Piece[] NAMES =
      Arrays.stream(ShopEvent.class.getRecordComponents())
          .map(component -> new Piece(",\"" + component.getName() + "\":"))
          .toArray(Piece[]::new);
  private static final Piece[] TYPES =
      Arrays.stream(ShopEventType.values())
          .map(type -> new Piece('"' + type.name() + '"'))
          .toArray(Piece[]::new);
  private static final int USUAL_BYTES = 512;

  private static final ThreadLocal<ShopEventWriter> WRITERS =
      ThreadLocal.withInitial(ShopEventWriter::new);

  private final JsonBuffer json = new JsonBuffer(USUAL_BYTES);

  private ShopEventWriter() {}

  /** The event as JSON, or null when databind has to write it. */
  static byte[] bytes(ShopEvent event) {
    try {
      return WRITERS.get().written(event);
    } catch (Unusual e) {
      return null;
    }
  }

  private byte[] written(ShopEvent e) throws Unusual {
    json.clear();
    int begun = json.begin();
    text(0, e.eventId());
    if (e.type() != null) {
      json.ready(NAMES[1]);
      json.ready(TYPES[e.type().ordinal()]);
    }
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
    text(19, e.memberLevel());
    text(20, e.couponCode());
    json.end(begun, '{', '}');
    return json.toBytes();
  }

  private void text(int field, String text) throws Unusual {
    if (text != null) {
      json.ready(NAMES[field]);
      json.text(text);
    }
  }

  private void time(int field, Instant at) throws Unusual {
    if (at != null) {
      json.ready(NAMES[field]);
      json.time(at);
    }
  }

  private void number(int field, Number number) {
    if (number != null) {
      json.ready(NAMES[field]);
      json.whole(number.longValue());
    }
  }
}
