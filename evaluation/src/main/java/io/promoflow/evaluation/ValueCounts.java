package io.promoflow.evaluation;

import java.util.Arrays;

/**
 * How many numbers lie in each of the {@link ValueBins}; adds up and subtracts exactly.
 *
 * @param bins those that are not empty, ascending
 * @param counts in each of them; negative in a correction
 */
record ValueCounts(int[] bins, long[] counts) {
  static final ValueCounts NONE = new ValueCounts(new int[0], new long[0]);

  static ValueCounts of(long... values) {
    int[] sorted = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      sorted[i] = ValueBins.of(values[i]);
    }
    Arrays.sort(sorted);
    var bins = new int[sorted.length];
    var counts = new long[sorted.length];
    int size = 0;
    for (int bin : sorted) {
      if (size == 0 || bins[size - 1] != bin) {
        bins[size++] = bin;
      }
      counts[size - 1]++;
    }
    return new ValueCounts(Arrays.copyOf(bins, size), Arrays.copyOf(counts, size));
  }

  /** Both together, or this less the other. */
  ValueCounts plus(ValueCounts other, int sign) {
    var merged = new int[bins.length + other.bins.length];
    var sums = new long[merged.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < bins.length || j < other.bins.length) {
      boolean left = j == other.bins.length || (i < bins.length && bins[i] <= other.bins[j]);
      boolean right = i == bins.length || (j < other.bins.length && other.bins[j] <= bins[i]);
      int bin = left ? bins[i] : other.bins[j];
      long count = (left ? counts[i++] : 0) + (right ? sign * other.counts[j++] : 0);
      if (count != 0) {
        merged[size] = bin;
        sums[size++] = count;
      }
    }
    return new ValueCounts(Arrays.copyOf(merged, size), Arrays.copyOf(sums, size));
  }

  /** Each number that many times. */
  ValueCounts times(long factor) {
    var multiplied = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      multiplied[i] = Math.multiplyExact(counts[i], factor);
    }
    return new ValueCounts(bins, multiplied);
  }

  boolean same(ValueCounts other) {
    return Arrays.equals(bins, other.bins) && Arrays.equals(counts, other.counts);
  }

  /** How many numbers there are. */
  long total() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** The bin of the number with that rank, from 1, in ascending order. */
  int binOfRank(long rank) {
    long seen = 0;
    for (int i = 0; i < bins.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return bins[i];
      }
    }
    throw new IllegalArgumentException("rank " + rank + " of " + seen);
  }

  static ValueCounts read(PackedBytes in) {
    in.readLong(); // how many bytes follow
    var bins = new int[(int) in.readLong()];
    var counts = new long[bins.length];
    int bin = 0;
    for (int i = 0; i < bins.length; i++) {
      bin += (int) in.readLong();
      bins[i] = bin;
      counts[i] = in.readLong();
    }
    return new ValueCounts(bins, counts);
  }

  static void skip(PackedBytes in) {
    in.skipBytes((int) in.readLong());
  }

  void write(PackedBytes out) {
    PackedBytes body = PackedBytes.empty(3 * bins.length + 8);
    body.writeLong(bins.length);
    int before = 0;
    for (int i = 0; i < bins.length; i++) {
      body.writeLong(bins[i] - before);
      body.writeLong(counts[i]);
      before = bins[i];
    }
    out.writeLong(body.position());
    out.copy(body, 0);
  }
}
