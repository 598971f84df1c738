package io.promoflow.serving.http;

import java.util.HexFormat;

/** The first 64 bits of a decision id as a number, for maps and filters. */
final class DecisionKey {
  static final int DIGITS = 16;
  private static final int PREFIX = 2;
  private static final int BITS_PER_DIGIT = 4;

  private DecisionKey() {}

  /** The number in an id as {@code DecisionRequest} makes them. */
  static long of(String decisionId) {
    long key = 0;
    for (int i = PREFIX; i < PREFIX + DIGITS; i++) {
      key = key << BITS_PER_DIGIT | HexFormat.fromHexDigit(decisionId.charAt(i));
    }
    return key;
  }

  /** The number in an id whose digits stand somewhere in bytes. */
  static long of(byte[] bytes, int from) {
    long key = 0;
    for (int i = from; i < from + DIGITS; i++) {
      key = key << BITS_PER_DIGIT | HexFormat.fromHexDigit(bytes[i]);
    }
    return key;
  }
}
