package io.promoflow.ingestion.wire;

import java.nio.charset.StandardCharsets;

/**
 * Reads ISO 8601 times of the form {@code 2026-01-05T12:00:00Z}, with a fraction of up to nine
 * digits or none, and an offset of hours and minutes or Z.
 */
public final class PlainTime {
  private static final int FIRST_YEAR = 1970;
  private static final int LAST_YEAR = 2199;
  private static final int ZONE = 19;
  private static final int LONGEST_OFFSET_HOURS = 17;
  private static final long NANOS = 1_000_000_000;
  private static final int FRACTION_DIGITS = 9;
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
  };

  private static final long TOP_BITS = 0x8080_8080_8080_8080L;
  private static final long DATE = word("0000-00-");
  private static final long TIME = word("00T00:00");
  private static final long DATE_SLACK = word("vvvv\u007fvv\u007f");
  private static final long TIME_SLACK = word("vv\u007fvv\u007fvv");

  private final byte[] bytes;
  private final int start;
  private final int end;

  private PlainTime(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  private static long word(String eight) {
    return Words.at(eight.getBytes(StandardCharsets.US_ASCII), 0);
  }

  /** Nanoseconds since 1970 of the time that stands in the span of a text. */
  public static long nanos(byte[] bytes, long span) throws Unusual {
    int start = Span.start(span);
    if (Span.kind(span) != Span.ASCII || Span.length(span) <= ZONE) {
      throw Unusual.here();
    }
    return new PlainTime(bytes, start, start + Span.length(span)).nanos();
  }

  private long nanos() throws Unusual {
    long date = digits(Words.at(bytes, start), DATE, DATE_SLACK);
    long time = digits(Words.at(bytes, start + 8), TIME, TIME_SLACK);
    require(bytes[start + 16] == ':');
    int hour = two(time, 3);
    int minute = two(time, 6);
    int second = two(17);
    require(hour < 24 && minute < 60 && second < 60);
    long days = days(two(date, 0) * 100 + two(date, 2), two(date, 5), two(time, 0));
    long seconds = days * 86_400L + hour * 3_600L + minute * 60L + second;
    int zone = start + ZONE;
    long nanos = 0;
    if (bytes[zone] == '.') {
      zone = fractionEnd(zone + 1);
      nanos = fraction(start + ZONE + 1, zone);
    }
    return (seconds - offset(zone)) * NANOS + nanos;
  }

  /**
   * Eight bytes with the form taken away: digits become their values, the rest 0.
   *
   * @param slack per byte how far it may rise without reaching 128: 127 less what it may be
   */
  private static long digits(long word, long form, long slack) throws Unusual {
    long digits = word ^ form;
    require(((digits | (digits + slack)) & TOP_BITS) == 0);
    return digits;
  }

  private static int two(long digits, int at) {
    return (int) (digits >>> (at * 8) & 0xF) * 10 + (int) (digits >>> (at * 8 + 8) & 0xF);
  }

  private static long days(int year, int month, int day) throws Unusual {
    require(year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1);
    boolean leap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
    require(day <= daysOf(month, leap));
    int before = year - 1;
    int leapDays = before / 4 - before / 100 + before / 400 - 477;
    int thisYear = DAYS_BEFORE_MONTH[month] + (leap && month > 2 ? 1 : 0) + day - 1;
    return (long) (year - FIRST_YEAR) * 365 + leapDays + thisYear;
  }

  private static int daysOf(int month, boolean leap) {
    if (month == 2) {
      return leap ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }

  private int fractionEnd(int from) {
    int at = from;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }

  private long fraction(int from, int to) throws Unusual {
    require(to > from && to - from <= FRACTION_DIGITS);
    long nanos = 0;
    for (int i = from; i < to; i++) {
      nanos = nanos * 10 + (bytes[i] - '0');
    }
    for (int i = to - from; i < FRACTION_DIGITS; i++) {
      nanos *= 10;
    }
    return nanos;
  }

  // Seconds east of Greenwich, told from there to the end
  private int offset(int at) throws Unusual {
    require(at < end);
    if (bytes[at] == 'Z') {
      require(at + 1 == end);
      return 0;
    }
    require(at + 6 == end && bytes[at + 3] == ':' && (bytes[at] == '+' || bytes[at] == '-'));
    int hours = two(at + 1 - start);
    int minutes = two(at + 4 - start);
    require(hours <= LONGEST_OFFSET_HOURS && minutes < 60);
    int seconds = hours * 3_600 + minutes * 60;
    return bytes[at] == '+' ? seconds : -seconds;
  }

  private int two(int at) throws Unusual {
    int tens = bytes[start + at] - '0';
    int ones = bytes[start + at + 1] - '0';
    require(tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9);
    return tens * 10 + ones;
  }

  private static void require(boolean rule) throws Unusual {
    if (!rule) {
      throw Unusual.here();
    }
  }
}
