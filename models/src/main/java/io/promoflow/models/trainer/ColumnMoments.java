package io.promoflow.models.trainer;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Weighted mean and standard deviation of every column. Reading them is also how a fit finds out
 * that a sample cannot be learnt from: what is not finite spreads into them.
 *
 * @param weight of all rows together
 */
record ColumnMoments(double weight, double[] means, double[] deviations) {

  /**
   * Of all rows.
   *
   * @throws TrainingException when there are none, or when a number or a weight is not finite or
   *     too large to be squared and added up
   */
  static ColumnMoments of(Sample sample) throws TrainingException {
    return of(sample.rows(), sample.weights(), c -> "column " + c + " has a number that is");
  }

  /** Of the labels, as the only column. */
  static ColumnMoments ofLabels(Sample sample) throws TrainingException {
    if (sample.labels().length == 0) {
      throw new TrainingException("the rows have no labels");
    }
    var column = new Matrix(sample.size(), 1, sample.labels());
    return of(column, sample.weights(), c -> "a label is");
  }

  private static ColumnMoments of(Matrix rows, double[] weights, IntFunction<String> what)
      throws TrainingException {
    int width = rows.width();
    if (rows.rows() == 0 || width == 0) {
      throw new TrainingException(
          "there is nothing to learn from " + rows.rows() + " rows of " + width + " columns");
    }
    double weight = sum(weights);
    double[] sums = sums(rows, weights);
    var means = new double[width];
    var deviations = new double[width];
    for (int c = 0; c < width; c++) {
      double shift = sums[c] / weight;
      means[c] = rows.at(0, c) + shift;
      deviations[c] = Math.sqrt(Math.max(0, sums[width + c] / weight - shift * shift));
      if (!Double.isFinite(means[c]) || !Double.isFinite(deviations[c])) {
        throw new TrainingException(what.apply(c) + " not finite, or too large");
      }
    }
    return new ColumnMoments(weight, means, deviations);
  }

  /** Mean variance of a column. */
  double meanVariance() {
    return Arrays.stream(deviations).map(deviation -> deviation * deviation).average().orElse(0);
  }

  private static double sum(double[] weights) throws TrainingException {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] > 0)) {
        throw new TrainingException("the weight of row " + i + " is " + weights[i]);
      }
      sum += weights[i];
    }
    if (!Double.isFinite(sum)) {
      throw new TrainingException("the weights of the rows add up to " + sum);
    }
    return sum;
  }

  /**
   * Of gaps to the first row, then of their squares: "shifted data" in Chan, Golub and LeVeque,
   * "Algorithms for Computing the Sample Variance" (1983).
   */
  private static double[] sums(Matrix rows, double[] weights) {
    int width = rows.width();
    double[] values = rows.values();
    var stripes = Stripes.of(rows.rows());
    double[][] parts = stripes.arrays(2 * width);
    stripes.forEach(
        (stripe, from, to) -> {
          double[] part = parts[stripe];
          for (int i = from; i < to; i++) {
            for (int c = 0; c < width; c++) {
              double gap = values[i * width + c] - values[c];
              part[c] += weights[i] * gap;
              part[width + c] += weights[i] * gap * gap;
            }
          }
        });
    return Stripes.sum(parts);
  }
}
