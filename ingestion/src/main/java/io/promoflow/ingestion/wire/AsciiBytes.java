package io.promoflow.ingestion.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight characters at a time (Warren, <i>Hacker's Delight</i>, 2012, 6-1: a word has a
 * byte of zero when {@code (w - 0x01..01) & ~w & 0x80..80} is not zero).
 */
final class AsciiBytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long QUOTES = 0x2222222222222222L;
  private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;
  private static final long SPACES = 0x2020202020202020L;
  private static final long DELETES = 0x7f7f7f7f7f7f7f7fL;

  /** What half a character becomes when a text is encoded. */
  private static final long QUESTION_MARKS = 0x3f3f3f3f3f3f3f3fL;

  private AsciiBytes() {}

  /**
   * Whether a text as UTF-8 may hold anything but printable ASCII that JSON writes as it is. When
   * not, it holds nothing else; a question mark is taken for what could not be encoded.
   */
  static boolean mayBeUnusual(byte[] utf8) {
    int last = utf8.length - Long.BYTES;
    if (last < 0) {
      return mayBeUnusual(word(utf8));
    }
    long unusual = 0;
    for (int i = 0; i < last; i += Long.BYTES) {
      unusual |= unusual((long) LONGS.get(utf8, i));
    }
    return mayBeUnusual((long) LONGS.get(utf8, last)) || (unusual & HIGH) != 0;
  }

  private static boolean mayBeUnusual(long word) {
    return (unusual(word) & HIGH) != 0;
  }

  /** Fewer than eight characters, and spaces. */
  private static long word(byte[] utf8) {
    long word = SPACES;
    for (byte one : utf8) {
      word = (word << Byte.SIZE) | (one & 0xff);
    }
    return word;
  }

  private static long unusual(long word) {
    return word
        | ((word - SPACES) & ~word)
        | zero(word ^ QUOTES)
        | zero(word ^ BACKSLASHES)
        | zero(word ^ QUESTION_MARKS)
        | zero(word ^ DELETES);
  }

  private static long zero(long word) {
    return word - ONES & ~word;
  }
}
