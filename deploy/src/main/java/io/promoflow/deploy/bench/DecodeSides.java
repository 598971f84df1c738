package io.promoflow.deploy.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.promoflow.ingestion.EventParser;
import io.promoflow.ingestion.ParseResult;
import io.promoflow.ingestion.ParserLimits;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;

/**
 * Decoding of raw shop events by our parser, with every rule checked and one event per order line
 * made, and by Jackson databind into plain objects, with no rule checked. Both tell the same
 * checksum over what they decoded, whatever the order of the events.
 */
public final class DecodeSides {
  private static final EventParser PARSER =
      new EventParser(ParserLimits.DEFAULT, Clock.systemUTC());
  private static final ObjectReader JACKSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build()
          .readerFor(RivalEvent.class);

  private DecodeSides() {}

  /** Realistic events of several types. */
  public static byte[][] events(int count, long seed) {
    var source = new DecodeEvents(seed);
    var events = new byte[count][];
    for (int i = 0; i < count; i++) {
      events[i] = source.next();
    }
    return events;
  }

  /** Decodes all by our parser. */
  public static long ours(byte[][] events) {
    long sum = 0;
    for (byte[] bytes : events) {
      if (!(PARSER.parse(bytes) instanceof ParseResult.Accepted accepted)) {
        throw new IllegalArgumentException("refused: " + PARSER.parse(bytes));
      }
      String id = accepted.rawEventId();
      for (ShopEvent event : accepted.events()) {
        sum += checksum(id, event);
      }
    }
    return sum;
  }

  /** Decodes all by Jackson databind. */
  public static long jackson(byte[][] events) {
    long sum = 0;
    for (byte[] bytes : events) {
      RivalEvent event = read(bytes);
      if (event.properties == null) {
        sum += checksum(event);
      } else {
        for (var line : event.properties.products) {
          sum += checksum(event, line);
        }
      }
    }
    return sum;
  }

  private static RivalEvent read(byte[] bytes) {
    try {
      return JACKSON.readValue(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long checksum(String id, ShopEvent e) {
    return head(id, e.type(), e.shopperId(), e.at(), e.sessionId())
        * mixed(3, text(e.productId()), text(e.category()), text(e.brand()), text(e.currency()))
        * mixed(
            5, or0(e.quantity()), or0(e.unitPriceCents()), or0(e.dwellMillis()), or0(e.rating()))
        * mixed(7, text(e.orderId()), text(e.promotionId()), text(e.query()), text(e.text()));
  }

  private static long checksum(RivalEvent e) {
    return head(e.messageId, e.event.type, e.userId, e.timestamp, e.sessionId)
        * mixed(3, text(e.productId), text(e.category), text(e.brand), text(e.currency))
        * mixed(5, e.quantity, cents(e.price), e.dwellMillis, e.rating)
        * mixed(7, 0, text(e.promotionId), text(e.query), text(e.text));
  }

  private static long checksum(RivalEvent e, RivalEvent.Line line) {
    return head(e.messageId, e.event.type, e.userId, e.timestamp, e.sessionId)
        * mixed(3, text(line.productId), text(line.category), 0, text(e.properties.currency))
        * mixed(5, line.quantity, cents(line.price), e.dwellMillis, e.rating)
        * mixed(7, text(e.properties.orderId), text(e.promotionId), text(e.query), text(e.text));
  }

  private static long head(
      String id, ShopEventType type, String shopper, Instant at, String session) {
    return mixed(at.toEpochMilli(), text(type.name()), text(id), text(shopper), text(session));
  }

  /** An odd number, so that products of such keep what went in. */
  private static long mixed(long a, long b, long c, long d, long e) {
    return ((((a * 31 + b) * 8_191 + c) * 131_071 + d) * 524_287 + e) << 1 | 1;
  }

  private static long text(String text) {
    return text == null ? 0 : text.length() * 65_536L + text.charAt(text.length() - 1);
  }

  private static long or0(Number number) {
    return number == null ? 0 : number.longValue();
  }

  private static long cents(double price) {
    return Math.round(price * 100);
  }
}
