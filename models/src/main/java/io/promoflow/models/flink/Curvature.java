package io.promoflow.models.training;

import io.promoflow.ingestion.schema.TrainingExample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How steep the loss of a logistic regression can be, so that a fixed step of gradient descent
 * neither diverges nor crawls. The largest eigenvalue of the features' correlation matrix bounds
 * the curvature of the mean log loss by a quarter of it (Boehning 1992).
 */
final class Curvature {
  private static final int POWER_STEPS = 40;

  /** Curvature of the log loss is p(1 - p) times the features', at most a quarter. */
  private static final double LARGEST_VARIANCE = 0.25;

  /** The power method comes from below, so leave some room. */
  private static final double CAUTION = 0.9;

  private Curvature() {}

  /** The step that cannot diverge. */
  static double safeStep(double largestEigenvalue) {
    return CAUTION / (LARGEST_VARIANCE * largestEigenvalue);
  }

  /** Of the standardised features and categories, missing values taken as the mean. */
  static double largestEigenvalue(
      List<TrainingExample> rows, List<String> features, List<String> categories, int levels) {
    var columns = new ArrayList<double[]>();
    for (String feature : features) {
      columns.add(standardised(rows, row -> row.values().getOrDefault(feature, Double.NaN)));
    }
    for (String category : categories) {
      for (String level : Levels.frequent(rows, category, levels)) {
        columns.add(
            standardised(rows, row -> level.equals(row.categories().get(category)) ? 1 : 0));
      }
    }
    return largestEigenvalue(columns, rows.size());
  }

  private static double[] standardised(
      List<TrainingExample> rows, ToDoubleFunction<TrainingExample> of) {
    double[] values = rows.stream().mapToDouble(of).toArray();
    double mean = Arrays.stream(values).filter(Double::isFinite).average().orElse(0);
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isFinite(values[i]) ? values[i] - mean : 0;
      squares += values[i] * values[i];
    }
    double deviation = squares == 0 ? 1 : Math.sqrt(squares / values.length);
    for (int i = 0; i < values.length; i++) {
      values[i] /= deviation;
    }
    return values;
  }

  private static double largestEigenvalue(List<double[]> columns, int rows) {
    var direction = new double[columns.size()];
    for (int c = 0; c < direction.length; c++) {
      direction[c] = 1 + 1.0 / (c + 2);
    }
    double eigenvalue = 1;
    for (int step = 0; step < POWER_STEPS; step++) {
      double[] next = gramTimes(columns, direction, rows);
      double length = Math.sqrt(Arrays.stream(next).map(x -> x * x).sum());
      if (length == 0) {
        return eigenvalue;
      }
      eigenvalue = length;
      direction = Arrays.stream(next).map(x -> x / length).toArray();
    }
    return Math.max(1, eigenvalue);
  }

  /** X'X v / n. */
  private static double[] gramTimes(List<double[]> columns, double[] direction, int rows) {
    var projected = new double[rows];
    for (int c = 0; c < direction.length; c++) {
      double[] column = columns.get(c);
      for (int i = 0; i < rows; i++) {
        projected[i] += column[i] * direction[c];
      }
    }
    var result = new double[direction.length];
    for (int c = 0; c < direction.length; c++) {
      double[] column = columns.get(c);
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        sum += column[i] * projected[i];
      }
      result[c] = sum / rows;
    }
    return result;
  }
}
