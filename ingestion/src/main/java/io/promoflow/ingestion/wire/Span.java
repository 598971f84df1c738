package io.promoflow.ingestion.wire;

/**
 * Where a scalar stands in the bytes and what it is, packed into a long so that reading an object
 * makes no objects: 24 bits start, 24 bits length, 8 bits kind; the uppermost 8 are the caller's. 0
 * is no span.
 */
public final class Span {
  /** Text of printable ASCII without escapes. */
  public static final int ASCII = 1;

  /** Text without escapes and control characters with some character beyond ASCII. */
  public static final int WIDE = 2;

  /** Digits only, no needless leading zero. */
  public static final int DIGITS = 3;

  /** Digits, a dot and digits. */
  public static final int DECIMAL = 4;

  /** A number with a minus. */
  public static final int NEGATIVE = 5;

  /** Longer inputs do not fit into a span. */
  static final int MOST_BYTES = 1 << 24;

  private static final int PART = 24;

  private Span() {}

  static long of(int kind, int start, int length) {
    return start | (long) length << PART | (long) kind << (2 * PART);
  }

  /** Index of the first byte. */
  public static int start(long span) {
    return (int) span & (MOST_BYTES - 1);
  }

  /** Bytes. */
  public static int length(long span) {
    return (int) (span >>> PART) & (MOST_BYTES - 1);
  }

  /** One of the constants here. */
  public static int kind(long span) {
    return (int) (span >>> (2 * PART)) & 0xFF;
  }
}
