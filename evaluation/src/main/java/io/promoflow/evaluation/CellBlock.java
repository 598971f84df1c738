package io.promoflow.evaluation;

import java.util.Arrays;

/**
 * The sums of one metric in a cell, while they are read or written: a byte that says which numbers
 * follow, then these with as many bytes as they need. Zeros take none.
 */
final class CellBlock {
  private static final int NUMBERS = 6;
  private static final int UNITS = 0;
  private static final int SUM = 1;
  private static final int DENOMINATOR = 2;
  private static final int SQUARES = 3;
  private static final int DENOMINATOR_SQUARES = 4;
  private static final int CROSS = 5;
  private static final int COUNTS = 1 << NUMBERS;
  private static final int[] NO_BINS = {};
  private static final long[] NO_COUNTS = {};

  /** Low and, of wide numbers, high halves. */
  private final long[] low = new long[NUMBERS];

  private final long[] high = new long[NUMBERS];

  /** Ascending bins with their counts, none of which is 0. */
  private int[] bins = NO_BINS;

  private long[] counts = NO_COUNTS;

  void clear() {
    Arrays.fill(low, 0);
    Arrays.fill(high, 0);
    bins = NO_BINS;
    counts = NO_COUNTS;
  }

  private static boolean isWide(int number) {
    return number >= SQUARES;
  }

  long units() {
    return low[UNITS];
  }

  void units(long units) {
    set(UNITS, units);
  }

  MetricSums sums() {
    return new MetricSums(
        low[SUM],
        new WideSum(high[SQUARES], low[SQUARES]),
        low[DENOMINATOR],
        new WideSum(high[DENOMINATOR_SQUARES], low[DENOMINATOR_SQUARES]),
        new WideSum(high[CROSS], low[CROSS]));
  }

  void sums(MetricSums sums) {
    set(SUM, sums.sum());
    set(DENOMINATOR, sums.denominator());
    set(SQUARES, sums.squares());
    set(DENOMINATOR_SQUARES, sums.denominatorSquares());
    set(CROSS, sums.cross());
  }

  private void set(int number, long value) {
    low[number] = value;
    high[number] = value >> 63;
  }

  private void set(int number, WideSum value) {
    low[number] = value.low();
    high[number] = value.high();
  }

  ValueCounts valueCounts() {
    return new ValueCounts(bins, counts);
  }

  void valueCounts(ValueCounts values) {
    bins = values.bins();
    counts = values.counts();
  }

  /** Adds a shopper's numbers, or takes them away. */
  void shopper(long value, long beside, int sign) {
    low[SUM] = Math.addExact(low[SUM], sign * value);
    low[DENOMINATOR] = Math.addExact(low[DENOMINATOR], sign * beside);
    product(SQUARES, value, value, sign);
    product(DENOMINATOR_SQUARES, beside, beside, sign);
    product(CROSS, value, beside, sign);
  }

  private void product(int number, long a, long b, int sign) {
    addWide(number, Math.multiplyHigh(a, b), a * b, sign);
  }

  /** This and the other, or this less the other. */
  void add(CellBlock other, int sign) {
    for (int i = 0; i < NUMBERS; i++) {
      if (isWide(i)) {
        addWide(i, other.high[i], other.low[i], sign);
      } else {
        low[i] =
            sign > 0
                ? Math.addExact(low[i], other.low[i])
                : Math.subtractExact(low[i], other.low[i]);
      }
    }
    if (other.bins.length > 0) {
      valueCounts(valueCounts().plus(other.valueCounts(), sign));
    }
  }

  private void addWide(int number, long otherHigh, long otherLow, int sign) {
    long addedHigh = otherHigh;
    long addedLow = otherLow;
    if (sign < 0) {
      addedLow = -otherLow;
      addedHigh = ~otherHigh + (addedLow == 0 ? 1 : 0);
    }
    long sum = low[number] + addedLow;
    high[number] += addedHigh + (Long.compareUnsigned(sum, addedLow) < 0 ? 1 : 0);
    low[number] = sum;
  }

  void read(PackedBytes in) {
    clear();
    int which = in.readByte();
    for (int i = 0; i < NUMBERS; i++) {
      if ((which & (1 << i)) != 0) {
        if (isWide(i)) {
          in.readWide(low, high, i);
        } else {
          low[i] = in.readLong();
        }
      }
    }
    if ((which & COUNTS) != 0) {
      valueCounts(ValueCounts.read(in));
    }
  }

  static void writeNothing(PackedBytes out) {
    out.writeByte(0);
  }

  /** Whether the next block has anything but zeros; one that has not is read. */
  static boolean isSomething(PackedBytes in) {
    if (in.peekByte() != 0) {
      return true;
    }
    in.readByte();
    return false;
  }

  /** Copies the next block as it is; whether it has anything but zeros. */
  static boolean copy(PackedBytes in, PackedBytes out) {
    int from = in.position();
    boolean something = skip(in);
    out.copy(in, from);
    return something;
  }

  /** Passes over the next block; whether it has anything but zeros. */
  static boolean skip(PackedBytes in) {
    int which = in.readByte();
    in.skipNumbers(Integer.bitCount(which & (COUNTS - 1)));
    if ((which & COUNTS) != 0) {
      ValueCounts.skip(in);
    }
    return which != 0;
  }

  /** Whether anything but zeros was written. */
  boolean write(PackedBytes out) {
    int which = bins.length > 0 ? COUNTS : 0;
    for (int i = 0; i < NUMBERS; i++) {
      which |= low[i] != 0 || (isWide(i) && high[i] != 0) ? 1 << i : 0;
    }
    out.writeByte(which);
    for (int i = 0; i < NUMBERS; i++) {
      if ((which & (1 << i)) != 0) {
        if (isWide(i)) {
          out.writeWide(high[i], low[i]);
        } else {
          out.writeLong(low[i]);
        }
      }
    }
    if (bins.length > 0) {
      valueCounts().write(out);
    }
    return which != 0;
  }
}
