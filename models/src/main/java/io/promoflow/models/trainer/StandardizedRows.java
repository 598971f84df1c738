package io.promoflow.models.trainer;

import java.util.Arrays;

/**
 * Rows in which sums of squares are well conditioned: the rows themselves where they are about
 * standardised already, else a standardised copy. Knows the way there and back for a point, which
 * is the coefficients followed by the intercept.
 */
record StandardizedRows(Matrix rows, double[] means, double[] scales) {
  private static final double LEAST_DEVIATION = 1e-3;
  private static final double MOST_DEVIATION = 1e3;
  private static final double MOST_DEVIATIONS_OFF_ZERO = 10;
  private static final double ROUND_OFF = 1e-14;

  static StandardizedRows of(Matrix rows, ColumnMoments moments) {
    double[] means = moments.means().clone();
    double[] scales = moments.deviations().clone();
    boolean near = true;
    for (int c = 0; c < scales.length; c++) {
      if (scales[c] <= ROUND_OFF * Math.abs(means[c]) || scales[c] < Double.MIN_NORMAL) {
        scales[c] = 1;
        near &= means[c] == 0;
      } else {
        near &=
            scales[c] > LEAST_DEVIATION
                && scales[c] < MOST_DEVIATION
                && Math.abs(means[c]) < MOST_DEVIATIONS_OFF_ZERO * scales[c];
      }
    }
    if (near) {
      Arrays.fill(means, 0);
      Arrays.fill(scales, 1);
    }
    return new StandardizedRows(near ? rows : copy(rows, means, scales), means, scales);
  }

  private static Matrix copy(Matrix rows, double[] means, double[] scales) {
    int width = rows.width();
    var values = new double[rows.values().length];
    Stripes.of(rows.rows())
        .forEach(
            (stripe, from, to) -> {
              for (int i = from * width; i < to * width; i += width) {
                for (int c = 0; c < width; c++) {
                  values[i + c] = (rows.values()[i + c] - means[c]) / scales[c];
                }
              }
            });
    return new Matrix(rows.rows(), width, values);
  }

  /** Per coefficient, what comes to a quadratic penalty on those of the rows as they came. */
  double[] penalties(double l2) {
    return Arrays.stream(scales).map(scale -> l2 / scale / scale).toArray();
  }

  /** A model of the rows as they came, put in terms of these. */
  double[] point(double[] coefficients, double intercept) {
    int width = scales.length;
    var point = new double[width + 1];
    point[width] = intercept;
    for (int c = 0; c < width; c++) {
      point[c] = coefficients[c] * scales[c];
      point[width] += coefficients[c] * means[c];
    }
    return point;
  }

  /** A point in terms of these rows, made a model of the rows as they came. */
  LinearModel model(double[] point, boolean logistic) throws TrainingException {
    int width = scales.length;
    var coefficients = new double[width];
    double intercept = point[width];
    double largest = 0;
    for (int c = 0; c < width; c++) {
      coefficients[c] = point[c] / scales[c];
      intercept -= coefficients[c] * means[c];
      largest = Math.max(largest, Math.abs(coefficients[c]));
    }
    if (!Double.isFinite(largest) || !Double.isFinite(intercept)) {
      throw new TrainingException("no finite coefficients fit these rows");
    }
    return new LinearModel(coefficients, intercept, logistic);
  }
}
