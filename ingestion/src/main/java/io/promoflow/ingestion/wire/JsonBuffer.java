package io.promoflow.ingestion.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Bytes of JSON that grow: plain values quickly, anything else is {@link Unusual}. Every member and
 * element brings the comma before it; the first one's becomes the bracket of what it is in.
 */
final class JsonBuffer {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** The two digits of each number below a hundred. */
  private static final short[] PAIRS = pairs();

  private static final int DECIMALS = 9;
  private static final int DECIMALS_OF_MILLIONTHS = 6;
  private static final double HUNDRED = 100;
  private static final double MILLION = 1e6;
  private static final double BILLION = 1e9;
  private static final double MOST_HUNDREDTHS = 1e9;
  private static final double MOST_MILLIONTHS = 1e15;
  private static final double MOST_BILLIONTHS = 1e15;
  private static final long SECONDS_OF_DAY = 86_400;
  private static final int NANOS_OF_MILLI = 1_000_000;
  private static final int LONGEST_TIME = 24;
  private static final int LONGEST_WHOLE = 20;
  private static final long YEAR_10000 = 253_402_300_800L;

  private byte[] bytes;
  private int at;

  /** ASCII that is written in steps of eight bytes; what is too much is written over later. */
  static final class Piece {
    private final long[] words;
    private final int length;

    Piece(String ascii) {
      byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
      length = bytes.length;
      words = new long[(length + Long.BYTES - 1) / Long.BYTES];
      byte[] whole = Arrays.copyOf(bytes, words.length * Long.BYTES);
      for (int i = 0; i < words.length; i++) {
        words[i] = (long) LONGS.get(whole, i * Long.BYTES);
      }
    }
  }

  JsonBuffer(int usualBytes) {
    bytes = new byte[usualBytes];
  }

  /** The bytes so far, copied. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, at);
  }

  /** Starts anew. */
  void clear() {
    at = 0;
  }

  /** Where something begins whose members or elements follow. */
  int begin() {
    return at;
  }

  /** Ends what began at a place. */
  void end(int begun, char open, char close) {
    if (at == begun) {
      mark(open);
    } else {
      bytes[begun] = (byte) open; // in place of the comma
    }
    mark(close);
  }

  /** One ASCII character. */
  void mark(char c) {
    room(1);
    bytes[at++] = (byte) c;
  }

  /** ASCII that was made ready beforehand. */
  void ready(Piece piece) {
    room(piece.length + Long.BYTES);
    for (int i = 0; i < piece.words.length; i++) {
      LONGS.set(bytes, at + i * Long.BYTES, piece.words[i]);
    }
    at += piece.length;
  }

  /** A text with its quotes; only printable ASCII that needs no escapes. */
  void text(String text) throws Unusual {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length != text.length() || AsciiBytes.mayBeUnusual(utf8)) {
      check(text);
    }
    room(utf8.length + 2);
    bytes[at++] = '"';
    System.arraycopy(utf8, 0, bytes, at, utf8.length);
    at += utf8.length;
    bytes[at++] = '"';
  }

  /** Refuses a text that is not printable ASCII without need of escapes. */
  static void check(String text) throws Unusual {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        throw Unusual.here();
      }
    }
  }

  /** A whole number. */
  void whole(long number) {
    room(LONGEST_WHOLE);
    if (number == Long.MIN_VALUE) {
      ascii(Long.toString(number));
      return;
    }
    if (number < 0) {
      bytes[at++] = '-';
    }
    digits(Math.abs(number));
  }

  @SuppressWarnings("deprecation") // copies the lower bytes of chars, which is right for ASCII
  private void ascii(String ascii) {
    room(ascii.length());
    ascii.getBytes(0, ascii.length(), bytes, at);
    at += ascii.length();
  }

  private void digits(long number) {
    if (number < 100) {
      shortly((int) number);
      return;
    }
    int length = 2;
    for (long more = number / 100; more > 0; more /= 10) {
      length++;
    }
    int end = at + length;
    long left = number;
    int to = end;
    while (left >= 100) {
      long rest = left / 100;
      to -= 2;
      SHORTS.set(bytes, to, PAIRS[(int) (left - rest * 100)]);
      left = rest;
    }
    shortly((int) left);
    at = end;
  }

  /** A number below a hundred, without a leading zero. */
  private void shortly(int number) {
    if (number >= 10) {
      SHORTS.set(bytes, at, PAIRS[number]);
      at += 2;
    } else {
      bytes[at++] = (byte) ('0' + number);
    }
  }

  private static short[] pairs() {
    var pairs = new short[100];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = (short) (('0' + i / 10) | (('0' + i % 10) << Byte.SIZE));
    }
    return pairs;
  }

  /**
   * A number. One that at most nine decimals tell exactly is written so, others as {@link
   * Double#toString}; either reads back to the same number.
   */
  void number(double number) throws Unusual {
    if (!Double.isFinite(number)) {
      throw Unusual.here();
    }
    room(2 * LONGEST_WHOLE);
    double size = Math.abs(number);
    if (number < 0 || 1 / number < 0) {
      bytes[at++] = '-';
    }
    double hundredths = Math.rint(size * HUNDRED);
    if (hundredths < MOST_HUNDREDTHS && hundredths / HUNDRED == size) {
      hundredths((int) hundredths);
      return;
    }
    double millionths = Math.rint(size * MILLION);
    if (millionths < MOST_MILLIONTHS && millionths / MILLION == size) {
      long whole = (long) millionths / (long) MILLION;
      decimal(whole, (int) ((long) millionths - whole * (long) MILLION), DECIMALS_OF_MILLIONTHS);
      return;
    }
    double billionths = Math.rint(size * BILLION);
    if (billionths < MOST_BILLIONTHS && billionths / BILLION == size) {
      long whole = (long) billionths / (long) BILLION;
      decimal(whole, (int) ((long) billionths - whole * (long) BILLION), DECIMALS);
    } else {
      ascii(Double.toString(size));
    }
  }

  private void hundredths(int number) {
    int whole = number / 100;
    digits(whole);
    bytes[at] = '.';
    SHORTS.set(bytes, at + 1, PAIRS[number - whole * 100]);
    at += bytes[at + 2] == '0' ? 2 : 3;
  }

  private void decimal(long whole, int fraction, int decimals) {
    digits(whole);
    bytes[at++] = '.';
    int left = fraction;
    for (int i = at + decimals - 1; i >= at; i--) {
      bytes[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
    at += decimals;
    while (bytes[at - 1] == '0' && bytes[at - 2] != '.') {
      at--;
    }
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
    SHORTS.set(bytes, at, PAIRS[number]);
    at += 2;
  }

  private void room(int more) {
    if (at + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + more));
    }
  }
}
