package io.promoflow.models.trainer;

import java.util.Arrays;

/**
 * How steep the loss of a linear model can be, so that a fixed step of gradient descent neither
 * diverges nor crawls. The largest eigenvalue of the rows' second moments, times how much the loss
 * bends, bounds the curvature of the mean loss (Boehning 1992).
 */
public final class Curvature {
  /** The log loss bends by p(1 - p), at most a quarter. */
  public static final double LOGISTIC = 0.25;

  /** Half the squared error bends by 1. */
  public static final double SQUARES = 1;

  private static final int POWER_STEPS = 40;

  /** The power method comes from below, so leave some room. */
  private static final double CAUTION = 0.9;

  private Curvature() {}

  /** The step that cannot diverge. */
  public static double safeStep(double bend, double largestEigenvalue) {
    return CAUTION / (bend * largestEigenvalue);
  }

  /** Of the second moments X'WX / sum of W by the power method; at least 1. */
  public static double largestEigenvalue(Matrix rows, double[] weights) {
    var direction = new double[rows.width()];
    for (int c = 0; c < direction.length; c++) {
      direction[c] = 1 + 1.0 / (c + 2);
    }
    double total = Arrays.stream(weights).sum();
    double eigenvalue = 1;
    for (int step = 0; step < POWER_STEPS; step++) {
      double[] next = momentsTimes(rows, weights, direction, total);
      double length = Math.sqrt(Arrays.stream(next).map(x -> x * x).sum());
      if (length == 0) {
        return 1;
      }
      eigenvalue = length;
      direction = Arrays.stream(next).map(x -> x / length).toArray();
    }
    return Math.max(1, eigenvalue);
  }

  private static double[] momentsTimes(
      Matrix rows, double[] weights, double[] direction, double total) {
    var result = new double[direction.length];
    double[] values = rows.values();
    for (int i = 0; i < rows.rows(); i++) {
      int base = i * direction.length;
      double along = 0;
      for (int c = 0; c < direction.length; c++) {
        along += values[base + c] * direction[c];
      }
      along *= weights[i] / total;
      for (int c = 0; c < direction.length; c++) {
        result[c] += along * values[base + c];
      }
    }
    return result;
  }
}
