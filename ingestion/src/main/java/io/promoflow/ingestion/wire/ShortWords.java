package io.promoflow.ingestion.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A fixed set of short ASCII words, found by their bytes without making a String: a hash table with
 * open addressing whose keys are the bytes themselves, packed into longs.
 */
public final class ShortWords {
  private static final int LONGEST = 3 * Long.BYTES;
  private static final int SLOT = 4;
  private static final long SPREAD_LAST = 0x9E37_79B9_7F4A_7C15L;
  private static final long SPREAD = 0xD6E8_FEB8_6659_FD93L;

  /**
   * Per slot the first 8 bytes, the last 8, the 8 after the first, and the length with the word's
   * position in the upper half; all 0 when it is free.
   */
  private final long[] slots;

  private final int shift;

  /** The slot of each word by its position. */
  private final int[] places;

  /** Words of 1 to 24 ASCII characters; each is known by its position from then on. */
  public ShortWords(List<String> words) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(words.size()) + 2;
    this.shift = Long.SIZE - bits;
    this.places = new int[words.size()];
    this.slots = new long[SLOT << bits];
    for (int i = 0; i < words.size(); i++) {
      add(words.get(i).getBytes(StandardCharsets.US_ASCII), i);
    }
  }

  private void add(byte[] word, int position) {
    if (word.length == 0 || word.length > LONGEST) {
      throw new IllegalArgumentException("must have 1 to " + LONGEST + " bytes: " + word.length);
    }
    byte[] padded = Arrays.copyOf(word, LONGEST);
    long first = Words.at(padded, 0, Math.min(word.length, Long.BYTES));
    long last = word.length <= Long.BYTES ? 0 : Words.at(padded, word.length - Long.BYTES);
    int slot = slot(first, last);
    while (slots[slot] != 0) {
      slot = next(slot);
    }
    places[position] = slot;
    slots[slot] = first;
    slots[slot + 1] = last;
    slots[slot + 2] = Words.at(padded, Long.BYTES);
    slots[slot + 3] = word.length | (long) position << Integer.SIZE;
  }

  private int slot(long first, long last) {
    return (int) (((first + last * SPREAD_LAST) * SPREAD) >>> shift) * SLOT;
  }

  private int next(int slot) {
    return (slot + SLOT) & (slots.length - 1);
  }

  /** Bytes of a word. */
  int length(int word) {
    return (int) slots[places[word] + 3];
  }

  /** Whether a word stands at an index with a quote behind it. */
  boolean quoted(byte[] bytes, int at, int word) {
    int slot = places[word];
    int length = (int) slots[slot + 3];
    int end = at + length;
    if (end >= bytes.length || bytes[end] != '"') {
      return false;
    }
    if (length <= Long.BYTES) {
      return Words.at(bytes, at, length) == slots[slot];
    }
    return Words.at(bytes, at) == slots[slot]
        && Words.at(bytes, end - Long.BYTES) == slots[slot + 1]
        && (length <= 2 * Long.BYTES || Words.at(bytes, at + Long.BYTES) == slots[slot + 2]);
  }

  /** Position of the word that stands in the span, -1 when it is none of these. */
  public int find(byte[] bytes, long span) {
    int start = Span.start(span);
    int length = Span.length(span);
    if (length == 0 || length > LONGEST) {
      return -1;
    }
    boolean one = length <= Long.BYTES;
    long first = one ? Words.at(bytes, start, length) : Words.at(bytes, start);
    long last = one ? 0 : Words.at(bytes, start + length - Long.BYTES);
    int slot = slot(first, last);
    while (slots[slot] != 0) {
      if (slots[slot] == first
          && slots[slot + 1] == last
          && (int) slots[slot + 3] == length
          && (length <= 2 * Long.BYTES || slots[slot + 2] == Words.at(bytes, start + Long.BYTES))) {
        return (int) (slots[slot + 3] >>> Integer.SIZE);
      }
      slot = next(slot);
    }
    return -1;
  }
}
