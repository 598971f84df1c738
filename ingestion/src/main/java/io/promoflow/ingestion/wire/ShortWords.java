package io.promoflow.ingestion.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A fixed set of short ASCII words, found by their bytes without making a String: a hash table with
 * open addressing whose keys are the bytes themselves, packed into three longs.
 */
public final class ShortWords {
  private static final int LONGEST = 3 * Long.BYTES;
  private static final int SLOT = 4;
  private static final long SPREAD_SECOND = 0x9E37_79B9_7F4A_7C15L;
  private static final long SPREAD_THIRD = 0xC2B2_AE3D_27D4_EB4FL;
  private static final long SPREAD = 0xD6E8_FEB8_6659_FD93L;

  /** Per slot: three longs of bytes, then the word's position in the list plus one, 0 if free. */
  private final long[] slots;

  private final int shift;

  /** Words of 1 to 24 ASCII characters; each is known by its position from then on. */
  public ShortWords(List<String> words) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(words.size()) + 2;
    this.shift = Long.SIZE - bits;
    this.slots = new long[SLOT << bits];
    for (int i = 0; i < words.size(); i++) {
      add(words.get(i).getBytes(StandardCharsets.US_ASCII), i);
    }
  }

  private void add(byte[] word, int position) {
    if (word.length == 0 || word.length > LONGEST) {
      throw new IllegalArgumentException("must have 1 to " + LONGEST + " bytes: " + word.length);
    }
    var padded = new byte[LONGEST];
    System.arraycopy(word, 0, padded, 0, word.length);
    long first = PlainJson.word(padded, 0);
    long second = PlainJson.word(padded, Long.BYTES);
    long third = PlainJson.word(padded, 2 * Long.BYTES);
    int slot = slot(first, second, third);
    while (slots[slot + 3] != 0) {
      slot = slot + SLOT & slots.length - 1;
    }
    slots[slot] = first;
    slots[slot + 1] = second;
    slots[slot + 2] = third;
    slots[slot + 3] = position + 1;
  }

  private int slot(long first, long second, long third) {
    long mixed = (first + second * SPREAD_SECOND + third * SPREAD_THIRD) * SPREAD;
    return (int) (mixed >>> shift) * SLOT;
  }

  /** Position of the word that stands in the span, -1 when it is none of these. */
  public int find(byte[] bytes, long span) {
    int start = Span.start(span);
    int length = Span.length(span);
    if (length == 0 || length > LONGEST) {
      return -1;
    }
    long first = PlainJson.word(bytes, start, length);
    long second = PlainJson.word(bytes, start + Long.BYTES, length - Long.BYTES);
    long third = PlainJson.word(bytes, start + 2 * Long.BYTES, length - 2 * Long.BYTES);
    int slot = slot(first, second, third);
    while (slots[slot + 3] != 0) {
      if (slots[slot] == first && slots[slot + 1] == second && slots[slot + 2] == third) {
        return (int) slots[slot + 3] - 1;
      }
      slot = slot + SLOT & slots.length - 1;
    }
    return -1;
  }
}
