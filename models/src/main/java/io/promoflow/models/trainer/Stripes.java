package io.promoflow.models.trainer;

import java.util.stream.IntStream;

/**
 * Rows parted into runs of neighbours that cores work on side by side. The parts depend on the
 * number of rows only, and sums over them are added in order, so that a fit gives the same to the
 * last bit on one core and on many.
 */
record Stripes(int rows, int count) {
  private static final int LEAST_ROWS = 2048;
  private static final int MOST = 16;

  /** What is done with the rows {@code from}, inclusive, to {@code to}, exclusive. */
  @FunctionalInterface
  interface Work {
    void on(int stripe, int from, int to);
  }

  static Stripes of(int rows) {
    return new Stripes(rows, Math.max(1, Math.min(MOST, rows / LEAST_ROWS)));
  }

  void forEach(Work work) {
    if (count == 1) {
      work.on(0, 0, rows);
    } else {
      IntStream.range(0, count)
          .parallel()
          .forEach(stripe -> work.on(stripe, from(stripe), from(stripe + 1)));
    }
  }

  /** First row of a stripe; of the one behind the last, the number of rows. */
  int from(int stripe) {
    return (int) ((long) rows * stripe / count);
  }

  /** One array per stripe. */
  double[][] arrays(int length) {
    return new double[count][length];
  }

  /** Element by element; overwrites the first. */
  static double[] sum(double[][] parts) {
    double[] total = parts[0];
    for (int part = 1; part < parts.length; part++) {
      for (int i = 0; i < total.length; i++) {
        total[i] += parts[part][i];
      }
    }
    return total;
  }
}
