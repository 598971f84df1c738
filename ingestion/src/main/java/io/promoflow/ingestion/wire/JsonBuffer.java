package io.promoflow.ingestion.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** Bytes of JSON that grow: plain values quickly, anything else is {@link Unusual}. */
final class JsonBuffer {
  private static final int DECIMALS = 9;
  private static final double BILLION = 1e9;
  private static final double HUNDRED = 100;
  private static final double MOST_HUNDREDTHS = 1e9;
  private static final int THOUSAND = 1_000;
  private static final double MOST_BILLIONTHS = 1e15;
  private static final long SECONDS_OF_DAY = 86_400;
  private static final int NANOS_OF_MILLI = 1_000_000;
  private static final int LONGEST_TIME = 24;
  private static final long YEAR_10000 = 253_402_300_800L;

  private byte[] bytes;
  private int at;

  JsonBuffer(int usualBytes) {
    bytes = new byte[usualBytes];
  }

  /** The bytes so far, copied. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, at);
  }

  /** Whether nothing came yet, or an object or a list was just opened. */
  boolean endsOpen() {
    return at == 0 || bytes[at - 1] == '{' || bytes[at - 1] == '[';
  }

  /** Starts anew. */
  void clear() {
    at = 0;
  }

  /** One ASCII character. */
  void mark(char c) {
    room(1);
    bytes[at++] = (byte) c;
  }

  /** ASCII that was made ready beforehand. */
  void ready(byte[] ascii) {
    room(ascii.length);
    System.arraycopy(ascii, 0, bytes, at, ascii.length);
    at += ascii.length;
  }

  /** A text with its quotes; only printable ASCII that needs no escapes. */
  @SuppressWarnings("deprecation") // copies the lower bytes of chars, which is right for ASCII
  void text(String text) throws Unusual {
    int length = text.length();
    room(length + 2);
    bytes[at++] = '"';
    text.getBytes(0, length, bytes, at);
    int unusual = 0; // negative once a character is; one test at the end is quicker than many
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      unusual |= c - ' ' | '~' - c | (c ^ '"') - 1 | (c ^ '\\') - 1;
    }
    if (unusual < 0) {
      throw Unusual.here();
    }
    at += length;
    bytes[at++] = '"';
  }

  /** A whole number. */
  @SuppressWarnings("deprecation") // see above
  void whole(long number) {
    if (number >= 0 && number < 10) {
      mark((char) ('0' + number));
      return;
    }
    String digits = Long.toString(number);
    room(digits.length());
    digits.getBytes(0, digits.length(), bytes, at);
    at += digits.length();
  }

  /**
   * A number. One that at most nine decimals tell exactly is written so, others as {@link
   * Double#toString}; either reads back to the same number.
   */
  void number(double number) throws Unusual {
    double hundredths = Math.rint(number * HUNDRED);
    if (hundredths >= 0 && hundredths < MOST_HUNDREDTHS && hundredths / HUNDRED == number) {
      hundredths((int) hundredths, 1 / number < 0);
      return;
    }
    double billionths = Math.rint(number * BILLION);
    if (Math.abs(billionths) < MOST_BILLIONTHS && billionths / BILLION == number) {
      decimal((long) billionths, number < 0 || 1 / number < 0);
    } else if (Double.isFinite(number)) {
      ready(Double.toString(number).getBytes(StandardCharsets.US_ASCII));
    } else {
      throw Unusual.here();
    }
  }

  /** Amounts of money, and shares in per cent: most numbers are such. */
  private void hundredths(int hundredths, boolean negative) {
    if (negative) {
      mark('-'); // minus zero
    }
    whole(hundredths / 100);
    int fraction = hundredths % 100;
    room(3);
    bytes[at++] = '.';
    bytes[at++] = (byte) ('0' + fraction / 10);
    if (fraction % 10 != 0) {
      bytes[at++] = (byte) ('0' + fraction % 10);
    }
  }

  private void decimal(long billionths, boolean negative) {
    if (negative) {
      mark('-');
    }
    long left = Math.abs(billionths);
    whole(left / (long) BILLION);
    int fraction = (int) (left % (long) BILLION);
    int decimals = DECIMALS;
    if (fraction % THOUSAND == 0) { // millionths
      fraction /= THOUSAND;
      decimals = 6;
    }
    while (decimals > 1 && fraction % 10 == 0) {
      fraction /= 10;
      decimals--;
    }
    room(DECIMALS + 1);
    bytes[at++] = '.';
    for (int i = at + decimals - 1; i >= at; i--) {
      bytes[i] = (byte) ('0' + fraction % 10);
      fraction /= 10;
    }
    at += decimals;
  }

  /** A moment with its quotes, ISO 8601 as {@link Instant#toString} has it. */
  void time(Instant moment) throws Unusual {
    long seconds = moment.getEpochSecond();
    if (seconds < 0 || seconds >= YEAR_10000 || moment.getNano() % NANOS_OF_MILLI != 0) {
      text(moment.toString());
      return;
    }
    room(LONGEST_TIME + 2);
    bytes[at++] = '"';
    date(seconds / SECONDS_OF_DAY);
    bytes[at++] = 'T';
    int ofDay = (int) (seconds % SECONDS_OF_DAY);
    two(ofDay / 3600);
    bytes[at++] = ':';
    two(ofDay / 60 % 60);
    bytes[at++] = ':';
    two(ofDay % 60);
    int millis = moment.getNano() / NANOS_OF_MILLI;
    if (millis > 0) {
      bytes[at++] = '.';
      bytes[at++] = (byte) ('0' + millis / 100);
      two(millis % 100);
    }
    bytes[at++] = 'Z';
    bytes[at++] = '"';
  }

  /**
   * Days since 1970-01-01 as a date of the Gregorian calendar (Howard Hinnant, civil_from_days).
   */
  private void date(long days) {
    long shifted = days + 719_468;
    long era = shifted / 146_097;
    long ofEra = shifted - era * 146_097;
    long yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    long ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shiftedMonth = (int) ((5 * ofYear + 2) / 153);
    int day = (int) (ofYear - (153L * shiftedMonth + 2) / 5 + 1);
    int month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    int year = (int) (yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
    two(year / 100);
    two(year % 100);
    bytes[at++] = '-';
    two(month);
    bytes[at++] = '-';
    two(day);
  }

  private void two(int number) {
    bytes[at++] = (byte) ('0' + number / 10);
    bytes[at++] = (byte) ('0' + number % 10);
  }

  private void room(int more) {
    if (at + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + more));
    }
  }
}
