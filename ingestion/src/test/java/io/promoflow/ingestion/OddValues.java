package io.promoflow.ingestion;

import java.util.List;
import java.util.Random;

/** Names, values and times at the edges of what the parser takes, and beyond. */
final class OddValues {
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "[]",
          "{}",
          "[{}]",
          "[null]",
          "\"\"",
          "\"  \"",
          "\"\\t\"",
          "\"\u2003\"",
          "\"\u00a0x\"",
          "\"a\\u0041\"",
          "\"\\uDC00\"",
          "\"\\u0000\"",
          "\"\\\"\"",
          "\"\u0085\"",
          "\"\u007f\"",
          "\"\ufffd\"",
          "\"\ud83c\udf75\"",
          "\"x\ty\"",
          "NaN",
          "-Infinity",
          "1e3",
          "1E-2",
          "1e400",
          "-1",
          "-0",
          "-0.0",
          "0",
          "00",
          "01",
          "1.",
          ".5",
          "+1",
          "0.5",
          "2.0",
          "2.00",
          "1.005",
          "0.004999999999999999",
          "5000000000",
          "50000000.00",
          "50000000.001",
          "49999999.995",
          "1000000",
          "1000001",
          "86400000",
          "86400001",
          "999999999999999999",
          "9999999999999999999",
          "99999999999999999999.9",
          "1234567890123456789012345678901234567890",
          "\"EUR\"",
          "\"eur\"",
          "\"XXX\"",
          "\"XAU\"",
          "\"NaN\"",
          "\"5\"",
          "\"purchase\"",
          "\"PURCHASE\"",
          "\"Order-Placed\"",
          "tru",
          "nul");
  private static final List<String> NAMES =
      List.of(
          "products",
          "items",
          "properties",
          "params",
          "event_params",
          "price",
          "userId",
          "event",
          "user\\u0049d",
          "",
          "caf\u00e9",
          "timestamp_micros_of_the_event",
          "PRICE",
          "type");
  private static final List<String> PIECES =
      List.of(
          "\"",
          "\\",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "0",
          "-",
          ".",
          "e",
          "E5",
          " ",
          "\u0000",
          "\u00e9",
          "\ud83c\udf75",
          "null",
          "true",
          ",\"userId\":\"b\"",
          ",\"price\":3",
          "\"x\":1,",
          "\n");

  private static final List<String> GOOD_ZONES = List.of("+00:00", "+05:45", "-17:59", "+01:00");
  private static final List<String> ODD_ZONES =
      List.of(
          "Z",
          "Z",
          "Z",
          "z",
          "",
          ".Z",
          "-00:00",
          "+18:00",
          "+18:01",
          "+0100",
          "+01",
          "+01:00:30",
          "-25:00",
          "+01:60",
          "Z ",
          "0Z",
          "00000000Z");

  private final Random random;

  OddValues(Random random) {
    this.random = random;
  }

  String value() {
    return switch (random.nextInt(8)) {
      case 0 -> oddTime();
      case 1 -> String.valueOf(random.nextLong() >> random.nextInt(64));
      case 2 -> random.nextInt(1_000) + "." + (random.nextLong() >>> (1 + random.nextInt(63)));
      case 3 -> "\"" + "x".repeat(35 + random.nextInt(230)) + "\"";
      default -> VALUES.get(random.nextInt(VALUES.size()));
    };
  }

  String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  String piece() {
    return PIECES.get(random.nextInt(PIECES.size()));
  }

  /** A time before 2026-01-05, as text or number. */
  String goodTime() {
    long second = 788_918_400L + random.nextInt(978_000_000);
    return switch (random.nextInt(8)) {
      case 0 -> String.valueOf(second);
      case 1 -> second + "123";
      case 2 -> second + "123456";
      case 3 -> "\"" + iso(2024, 2, 29) + fraction() + "Z\"";
      case 4 -> "\"" + date() + fraction() + zone() + "\"";
      default -> "\"" + date() + fraction() + "Z\"";
    };
  }

  private String date() {
    return iso(1991 + random.nextInt(35), 1 + random.nextInt(12), 1 + random.nextInt(28));
  }

  private String iso(int year, int month, int day) {
    String clock =
        two(random.nextInt(24)) + ":" + two(random.nextInt(60)) + ":" + two(random.nextInt(60));
    return two(year / 100) + two(year % 100) + "-" + two(month) + "-" + two(day) + "T" + clock;
  }

  private static String two(int number) {
    return number < 10 ? "0" + number : String.valueOf(number);
  }

  private String oddTime() {
    int[] years = {0, 1900, 1969, 1970, 1989, 1990, 2000, 2023, 2024, 2025, 2026, 2100, 9999};
    String time =
        iso(years[random.nextInt(years.length)], random.nextInt(14), 27 + random.nextInt(6));
    return "\"" + time + fraction() + oddZone() + "\"";
  }

  private String fraction() {
    int length = random.nextInt(random.nextInt(8) == 0 ? 10 : 4);
    return length == 0
        ? ""
        : "."
            + String.valueOf(1_000_000_000 + random.nextInt(1_000_000_000)).substring(10 - length);
  }

  private String zone() {
    return GOOD_ZONES.get(random.nextInt(GOOD_ZONES.size()));
  }

  private String oddZone() {
    return ODD_ZONES.get(random.nextInt(ODD_ZONES.size()));
  }
}
