package io.promoflow.evaluation;

import java.util.Arrays;

/**
 * Bins of whole numbers whose width grows with the number, as those of DDSketch (Masson, Rim, Lee
 * 2019): what lies in a bin is within 1 % of its middle, and numbers below 100 have a bin each.
 *
 * <p>Bins are fixed, so counts in them add up and subtract exactly, in any order. Their edges are
 * whole numbers and found without a logarithm, so they are the same on every machine.
 */
final class ValueBins {
  /** How far a number may lie from what stands for its bin, as a share of the number. */
  static final double ACCURACY = 0.01;

  private static final int EDGES = 2_100;
  private static final long[] FIRST = firsts();

  private ValueBins() {}

  /** First numbers of the bins from 0 up; a bin is at most 2 % of its first number wide. */
  private static long[] firsts() {
    var first = new long[EDGES];
    int bins = 1;
    while (bins < EDGES && first[bins - 1] < Long.MAX_VALUE / 2) {
      long last = first[bins - 1];
      first[bins] = last + Math.max(1, last / 50);
      bins++;
    }
    return Arrays.copyOf(first, bins);
  }

  /** The bin of a number; bins of negative numbers are negative. */
  static int of(long value) {
    long size = value == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(value);
    int found = Arrays.binarySearch(FIRST, size);
    int bin = found >= 0 ? found : -found - 2;
    return value < 0 ? -bin : bin;
  }

  /** Smallest number in a bin. */
  static double least(int bin) {
    return bin < 0 ? -most(-bin) : FIRST[bin];
  }

  /** Largest number in a bin. */
  static double most(int bin) {
    if (bin < 0) {
      return -least(-bin);
    }
    return bin + 1 < FIRST.length ? FIRST[bin + 1] - 1 : Long.MAX_VALUE;
  }

  /** What stands for the numbers in a bin: its middle. */
  static double middle(int bin) {
    return (least(bin) + most(bin)) / 2;
  }
}
