package io.promoflow.ingestion.wire;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The quick way to read a {@link ShopEvent} as {@link Wire} writes it: streams carry millions of
 * them. Anything else is left to databind.
 */
final class ShopEventReader {
  private static final long NANOS = 1_000_000_000;
  private static final List<String> NAMES =
      Arrays.stream(ShopEvent.class.getRecordComponents()).map(c -> c.getName()).toList();
  private static final ShortWords FIELDS = new ShortWords(NAMES);
  private static final ShopEventType[] TYPES = ShopEventType.values();
  private static final ShortWords TYPE_WORDS =
      new ShortWords(Arrays.stream(TYPES).map(Enum::name).toList());

  private final PlainJson json;
  private final long[] spans = new long[NAMES.size()];

  private ShopEventReader(PlainJson json) {
    this.json = json;
  }

  /** The event in the bytes, or null when databind has to decide. */
  static ShopEvent read(byte[] bytes) {
    try {
      var reader = new ShopEventReader(new PlainJson(bytes));
      reader.find();
      return reader.event();
    } catch (Unusual e) {
      return null;
    }
  }

  private void find() throws Unusual {
    json.pass('{');
    for (boolean first = true; json.more('}', first); first = false) {
      int field = FIELDS.find(json.bytes(), json.name());
      if (field < 0 || spans[field] != 0) {
        throw Unusual.here();
      }
      spans[field] = json.scalar();
    }
    json.end();
  }

  /** In the order of the record's components, which is the order of their names too. */
  private ShopEvent event() throws Unusual {
    return new ShopEvent(
        text(0),
        type(spans[1]),
        text(2),
        text(3),
        at(spans[4]),
        text(5),
        text(6),
        text(7),
        integer(8),
        number(9),
        number(10),
        text(11),
        text(12),
        text(13),
        text(14),
        text(15),
        integer(16),
        text(17),
        number(18),
        text(19),
        text(20));
  }

  private String text(int field) throws Unusual {
    long span = spans[field];
    if (Span.kind(span) > Span.WIDE) {
      throw Unusual.here();
    }
    return span == 0 ? null : json.string(span);
  }

  private Long number(int field) throws Unusual {
    return spans[field] == 0 ? null : json.whole(spans[field]);
  }

  private Integer integer(int field) throws Unusual {
    if (spans[field] == 0) {
      return null;
    }
    long number = json.whole(spans[field]);
    if (number > Integer.MAX_VALUE) {
      throw Unusual.here();
    }
    return (int) number;
  }

  private ShopEventType type(long span) throws Unusual {
    int type = Span.kind(span) == Span.ASCII ? TYPE_WORDS.find(json.bytes(), span) : -1;
    if (type < 0) {
      throw Unusual.here();
    }
    return TYPES[type];
  }

  private Instant at(long span) throws Unusual {
    long nanos = PlainTime.nanos(json.bytes(), span);
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }
}
