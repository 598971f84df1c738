package io.promoflow.ingestion;

import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.wire.PlainJson;
import io.promoflow.ingestion.wire.PlainTime;
import io.promoflow.ingestion.wire.ShortWords;
import io.promoflow.ingestion.wire.Span;
import io.promoflow.ingestion.wire.Unusual;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link FieldRules} is for values in ordinary form, without BigDecimal. It may know less than
 * those, never more: what it takes, they take with the same result.
 */
final class PlainRules {
  private static final ShortWords TYPE_WORDS;
  private static final List<ShopEventType> TYPES;
  private static final ShortWords CURRENCY_WORDS;
  private static final List<String> CURRENCIES;
  private static final Map<String, Integer> NUMBERS = new HashMap<>();
  private static final int[] MINOR_DIGITS;
  private static final long[] POWERS = new long[19];

  static {
    var names = List.copyOf(EventTypes.names());
    TYPE_WORDS = new ShortWords(names);
    TYPES = names.stream().map(EventTypes::named).toList();
    CURRENCIES = List.copyOf(FieldRules.currencies());
    CURRENCY_WORDS = new ShortWords(CURRENCIES);
    MINOR_DIGITS = CURRENCIES.stream().mapToInt(FieldRules::minorDigits).toArray();
    CURRENCIES.forEach(code -> NUMBERS.put(code, NUMBERS.size()));
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private final PlainJson json;

  PlainRules(PlainJson json) {
    this.json = json;
  }

  String identifier(EventField field, long span) throws Unusual {
    require(span != 0 && Span.kind(span) <= Span.DIGITS && Span.length(span) <= field.longest());
    return json.string(span);
  }

  /** The length of a text is told in characters, of which there are at most as many as bytes. */
  String text(EventField field, long span) throws Unusual {
    require(Span.kind(span) <= Span.WIDE && Span.length(span) <= field.longest());
    return json.string(span);
  }

  long whole(long span, long least, long most) throws Unusual {
    long number = json.whole(span);
    require(number >= least && number <= most);
    return number;
  }

  ShopEventType type(long span) throws Unusual {
    require(Span.kind(span) == Span.ASCII);
    int known = TYPE_WORDS.find(json.bytes(), span);
    if (known >= 0) {
      return TYPES.get(known);
    }
    var type = EventTypes.named(text(EventField.TYPE, span));
    require(type != null);
    return type;
  }

  /** Number of a currency that has a minor unit. */
  int currency(long span) throws Unusual {
    require(Span.kind(span) == Span.ASCII);
    int currency = CURRENCY_WORDS.find(json.bytes(), span);
    require(currency >= 0);
    return currency;
  }

  /** The same by its code, which is known to be one. */
  static int currency(String code) {
    return NUMBERS.get(code);
  }

  static String code(int currency) {
    return CURRENCIES.get(currency);
  }

  /** An amount in units of the currency, as minor units, rounded half up. */
  long minorUnits(long span, int currency, long most) throws Unusual {
    int kind = Span.kind(span);
    require((kind == Span.DIGITS || kind == Span.DECIMAL) && Span.length(span) < POWERS.length);
    byte[] bytes = json.bytes();
    int start = Span.start(span);
    int end = start + Span.length(span);
    int dot = end - 1;
    long number = 0;
    for (int i = start; i < end; i++) {
      if (bytes[i] == '.') {
        dot = i;
      } else {
        number = number * 10 + bytes[i] - '0';
      }
    }
    return scaled(number, MINOR_DIGITS[currency] - (end - 1 - dot), most);
  }

  /** A number times a power of ten, at most so much before it is rounded. */
  private static long scaled(long number, int power, long most) throws Unusual {
    if (power >= 0) {
      require(number <= most / POWERS[power]);
      return number * POWERS[power];
    }
    long divisor = POWERS[-power];
    long whole = number / divisor;
    long rest = number % divisor;
    require(whole < most || (whole == most && rest == 0));
    return rest >= divisor - rest ? whole + 1 : whole;
  }

  Instant moment(long span, long earliest, long latest) throws Unusual {
    long millis = millis(span);
    require(millis >= earliest && millis <= latest);
    return Instant.ofEpochMilli(millis);
  }

  private long millis(long span) throws Unusual {
    if (Span.kind(span) == Span.ASCII) {
      return Math.floorDiv(PlainTime.nanos(json.bytes(), span), 1_000_000L);
    }
    long number = json.whole(span);
    int digits = Span.length(span);
    return digits <= 11 ? number * 1_000 : digits <= 14 ? number : number / 1_000;
  }

  private static void require(boolean rule) throws Unusual {
    if (!rule) {
      throw Unusual.here();
    }
  }
}
