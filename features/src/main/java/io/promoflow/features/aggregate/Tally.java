package io.promoflow.features.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How often each of some 64-bit keys came up: an open-addressing map whose counts may also go down
 * again. Small, because there is one per slice.
 */
public final class Tally {
  private static final int LEAST_CAPACITY = 4;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private long[] keys;
  private int[] counts;
  private int size;

  public Tally() {
    this(LEAST_CAPACITY);
  }

  private Tally(int capacity) {
    keys = new long[capacity];
    counts = new int[capacity];
  }

  Tally(Tally other) {
    keys = other.keys.clone();
    counts = other.counts.clone();
    size = other.size;
  }

  /** Number of different keys. */
  public int size() {
    return size;
  }

  /** What is done with every key and its count, in no order. */
  public interface Visitor {
    void see(long key, int count);
  }

  public void forEach(Visitor visitor) {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        visitor.see(keys[i], counts[i]);
      }
    }
  }

  /** Counts a key up, or down with a negative count; one that comes to 0 is gone. */
  public void add(long key, int count) {
    int at = slot(key);
    if (counts[at] == 0) {
      insert(at, key, count);
    } else {
      counts[at] += count;
      if (counts[at] == 0) {
        remove(at);
      }
    }
  }

  void add(Tally other, int sign) {
    for (int i = 0; i < other.counts.length; i++) {
      if (other.counts[i] != 0) {
        add(other.keys[i], sign * other.counts[i]);
      }
    }
  }

  private void insert(int at, long key, int count) {
    keys[at] = key;
    counts[at] = count;
    size++;
    if (size * 4 > keys.length * 3) {
      var bigger = new Tally(keys.length * 2);
      forEach(bigger::add);
      keys = bigger.keys;
      counts = bigger.counts;
    }
  }

  private int home(long key) {
    return (int) ((key * MIX) >>> 32) & (keys.length - 1);
  }

  /** Where a key is, or would be. */
  private int slot(long key) {
    int at = home(key);
    while (counts[at] != 0 && keys[at] != key) {
      at = (at + 1) & (keys.length - 1);
    }
    return at;
  }

  /** Frees a slot and moves up what was pushed behind it (Knuth, volume 3, 6.4, algorithm R). */
  private void remove(int freed) {
    size--;
    int gap = freed;
    int at = freed;
    while (true) {
      counts[gap] = 0;
      do {
        at = (at + 1) & (keys.length - 1);
        if (counts[at] == 0) {
          return;
        }
      } while (between(gap, home(keys[at]), at));
      keys[gap] = keys[at];
      counts[gap] = counts[at];
      gap = at;
    }
  }

  /** Whether a home lies in the circular interval (gap, at]. */
  private static boolean between(int gap, int home, int at) {
    return gap <= at ? gap < home && home <= at : gap < home || home <= at;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        out.writeLong(keys[i]);
        out.writeInt(counts[i]);
      }
    }
  }

  static Tally read(DataInput in) throws IOException {
    int entries = in.readInt();
    int capacity =
        Math.max(LEAST_CAPACITY, Integer.highestOneBit(Math.max(1, entries) * 2 - 1) * 2);
    var tally = new Tally(capacity);
    for (int i = 0; i < entries; i++) {
      tally.add(in.readLong(), in.readInt());
    }
    return tally;
  }

  /** All counts, ascending, so that what is computed of them does not depend on the order. */
  int[] sortedCounts() {
    int[] sorted = new int[size];
    int next = 0;
    for (int count : counts) {
      if (count != 0) {
        sorted[next++] = count;
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }
}
