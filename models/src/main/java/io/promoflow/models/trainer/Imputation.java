package io.promoflow.models.trainer;

import java.util.Arrays;

/** What stands for a missing number. */
public enum Imputation {
  MEAN {
    @Override
    double of(double[] present) {
      var ones = new double[present.length];
      Arrays.fill(ones, 1);
      return Moments.of(present, ones).mean();
    }
  },
  MEDIAN {
    @Override
    double of(double[] present) {
      double[] sorted = present.clone();
      Arrays.sort(sorted);
      int upper = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[upper] : sorted[upper - 1] / 2 + sorted[upper] / 2;
    }
  };

  /** Of finite numbers, at least one. */
  abstract double of(double[] present);

  /** Of a column in which what is not finite is missing; 0 when all is. */
  double ofColumn(double[] column) {
    double[] present = Arrays.stream(column).filter(Double::isFinite).toArray();
    return present.length == 0 ? 0 : of(present);
  }
}
