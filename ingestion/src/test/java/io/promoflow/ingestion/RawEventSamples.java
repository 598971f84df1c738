package io.promoflow.ingestion;

import io.promoflow.ingestion.schema.ShopEventType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Raw events by a seed: plainly valid ones, odd ones, and ones whose bytes were tampered with. */
final class RawEventSamples {
  private static final List<String> TYPES = List.copyOf(EventTypes.names());
  private static final Map<ShopEventType, List<String>> NAMES =
      TYPES.stream().collect(Collectors.groupingBy(EventTypes::named));
  private static final String[] PLACES = {"", "properties", "event_params", "params"};
  private static final String[] SPACES = {" ", "\n", "\t", "\r\n  ", "  "};
  private static final EventField[] HEAD = {
    EventField.EVENT_ID, EventField.TYPE, EventField.SHOPPER_ID, EventField.AT
  };
  private static final EventField[] LINE = {
    EventField.PRODUCT_ID, EventField.QUANTITY, EventField.PRICE
  };

  private final Random random;
  private final OddValues odd;

  RawEventSamples(long seed) {
    this.random = new Random(seed);
    this.odd = new OddValues(random);
  }

  /** An event that keeps every rule, in one of the ways in which trackers write. */
  byte[] plain() {
    return bytes(event(0));
  }

  /** An event of which some values or names are unusual or wrong. */
  byte[] odd() {
    return bytes(event(0.12));
  }

  /** An event of which some bytes are changed, cut, inserted or repeated. */
  byte[] tampered() {
    byte[] bytes = random.nextInt(4) == 0 ? odd() : plain();
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 1; i--) {
      bytes = tampered(bytes);
    }
    return bytes;
  }

  private byte[] tampered(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    int length = random.nextInt(Math.min(12, bytes.length - at) + 1);
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> spliced(bytes, at, at + length, new byte[0]);
      case 2 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      case 3 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt(256)});
      case 4 -> spliced(bytes, at, at + 1, bytes(odd.piece()));
      default -> spliced(bytes, at, at, bytes(odd.piece()));
    };
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    var spliced = new ByteArrayOutputStream(bytes.length + between.length);
    spliced.write(bytes, 0, from);
    spliced.writeBytes(between);
    spliced.write(bytes, to, bytes.length - to);
    return spliced.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String event(double oddness) {
    ShopEventType type = EventTypes.named(one(TYPES));
    String place = PLACES[random.nextInt(4)];
    var top = new ArrayList<String>();
    var nested = place.isEmpty() ? top : new ArrayList<String>();
    for (EventField field : HEAD) {
      top.add(member(field, type, oddness));
    }
    boolean lines = EventTypes.hasLines(type) && random.nextBoolean();
    for (EventField field : EventField.values()) {
      boolean head = Arrays.asList(HEAD).contains(field);
      boolean inLine = lines && Arrays.asList(LINE).contains(field);
      if (!head && !inLine && wanted(type, field)) {
        nested.add(member(field, type, oddness));
      }
    }
    if (lines) {
      nested.add(lines(type, oddness));
    }
    extras(top, oddness);
    if (!place.isEmpty()) {
      extras(nested, oddness);
      top.add("\"" + place + "\"" + space() + ":" + object(nested));
    }
    return space() + object(top) + space();
  }

  /** All that types need, and a price with its currency, are there; the rest now and then. */
  private boolean wanted(ShopEventType type, EventField field) {
    if (field == EventField.UNIT_PRICE_CENTS || field == EventField.DISCOUNT_CENTS) {
      return random.nextInt(8) == 0;
    }
    return EventTypes.requires(type, field)
        || field == EventField.CURRENCY
        || random.nextInt(3) == 0;
  }

  private String lines(ShopEventType type, double oddness) {
    var lines = new ArrayList<String>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      var line = new ArrayList<String>();
      for (EventField field : LINE) {
        line.add(member(field, type, oddness));
      }
      if (random.nextInt(3) == 0) {
        line.add(member(EventField.CATEGORY, type, oddness));
      }
      if (random.nextInt(6) == 0) {
        line.add(member(EventField.DISCOUNT, type, oddness));
      }
      if (random.nextInt(6) == 0) {
        line.add("\"position\":" + i);
      }
      lines.add(random.nextDouble() < oddness / 4 ? odd.value() : object(line));
    }
    String name = random.nextBoolean() ? "products" : "items";
    return "\"" + name + "\":[" + String.join(space() + "," + space(), lines) + "]";
  }

  private void extras(List<String> members, double oddness) {
    if (random.nextInt(4) == 0) {
      members.add(
          "\"context\":{\"ip\":\"10.0.0.1\",\"library\":{\"name\":\"js\",\"tags\":[1,true,null]}}");
    }
    if (random.nextInt(4) == 0) {
      members.add("\"" + word(1 + random.nextInt(12)) + random.nextInt(9) + "\":" + plainExtra());
    }
    if (random.nextDouble() < oddness) {
      members.add("\"" + odd.name() + "\":" + odd.value());
    }
    if (!members.isEmpty() && random.nextDouble() < oddness / 2) {
      members.add(members.get(random.nextInt(members.size())));
    }
  }

  private String plainExtra() {
    return one(
        List.of("true", "false", "null", "-12.5", "\"x\"", "\"Caf\u00e9\"", "[]", "{}", "0"));
  }

  private String member(EventField field, ShopEventType type, double oddness) {
    String name = random.nextInt(3) > 0 ? field.ourName() : one(field.names());
    String value = random.nextDouble() < oddness ? odd.value() : value(field, type);
    return "\"" + name + "\"" + space() + ":" + space() + value;
  }

  private String value(EventField field, ShopEventType type) {
    return switch (field) {
      case TYPE -> "\"" + one(NAMES.get(type)) + "\"";
      case AT -> odd.goodTime();
      case CATEGORY, BRAND, QUERY, TEXT -> "\"" + word(1 + random.nextInt(40)) + accent() + "\"";
      case CURRENCY -> "\"" + one(List.of("EUR", "USD", "JPY", "KWD", "CLF")) + "\"";
      case QUANTITY -> String.valueOf(1 + random.nextInt(20));
      case UNIT_PRICE_CENTS -> String.valueOf(1_000_000 + random.nextInt(100_000));
      case PRICE -> price(100_000);
      case DISCOUNT -> price(10);
      case DISCOUNT_CENTS -> String.valueOf(random.nextInt(5));
      case RATING -> String.valueOf(1 + random.nextInt(5));
      case DWELL_MILLIS -> String.valueOf(random.nextInt(86_400_001));
      default ->
          random.nextInt(5) == 0 ? String.valueOf(random.nextInt() >>> 1) : "\"" + id() + "\"";
    };
  }

  private String price(int most) {
    int fraction = random.nextInt(6);
    String whole = String.valueOf(most == 10 ? 0 : 1 + random.nextInt(most));
    if (fraction == 0) {
      return whole;
    }
    var digits = new StringBuilder(whole + ".");
    for (int i = 0; i < fraction; i++) {
      digits.append(most == 10 && i < 1 ? 0 : random.nextInt(10));
    }
    return digits.toString();
  }

  private String id() {
    return word(1 + random.nextInt(3)) + "-" + Integer.toHexString(random.nextInt());
  }

  private String word(int length) {
    var word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }

  private String accent() {
    return random.nextInt(10) == 0 ? " gr\u00fcn \ud83c\udf75" : "";
  }

  private String object(List<String> members) {
    Collections.shuffle(members, random);
    return "{" + space() + String.join(space() + "," + space(), members) + space() + "}";
  }

  private String space() {
    return random.nextInt(12) == 0 ? SPACES[random.nextInt(SPACES.length)] : "";
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
