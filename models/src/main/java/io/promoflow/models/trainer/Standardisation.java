package io.promoflow.models.trainer;

import java.util.Arrays;

/**
 * Columns brought to mean 0 and deviation 1, and what was learnt there brought back.
 *
 * @param means subtracted per column
 * @param scales divided by per column; 1 where a column is constant
 */
public record Standardisation(double[] means, double[] scales) {

  /** Of finite rows. */
  public static Standardisation of(Matrix rows, double[] weights) {
    var means = new double[rows.width()];
    var scales = new double[rows.width()];
    var column = new double[rows.rows()];
    for (int c = 0; c < means.length; c++) {
      for (int i = 0; i < column.length; i++) {
        column[i] = rows.at(i, c);
      }
      Moments moments = Moments.of(column, weights);
      means[c] = moments.mean();
      scales[c] = moments.deviation() > 0 ? moments.deviation() : 1;
    }
    return new Standardisation(means, scales);
  }

  /** Every row counts once. */
  public static Standardisation of(Matrix rows) {
    return of(rows, Sample.of(rows).weights());
  }

  /** Leaves rows as they are. */
  public static Standardisation none(int width) {
    var scales = new double[width];
    Arrays.fill(scales, 1);
    return new Standardisation(new double[width], scales);
  }

  public Matrix apply(Matrix rows) {
    var values = new double[rows.values().length];
    for (int i = 0; i < values.length; i++) {
      int column = i % rows.width();
      values[i] = (rows.values()[i] - means[column]) / scales[column];
    }
    return new Matrix(rows.rows(), rows.width(), values);
  }

  /** The same model for rows that are not standardised. */
  public LinearModel undo(LinearModel model) {
    var coefficients = new double[means.length];
    double intercept = model.intercept();
    for (int c = 0; c < coefficients.length; c++) {
      coefficients[c] = model.coefficients()[c] / scales[c];
      intercept -= coefficients[c] * means[c];
    }
    return new LinearModel(coefficients, intercept, model.logistic());
  }

  /** The same place among rows that are not standardised. */
  public double[] undo(double[] row) {
    var raw = new double[row.length];
    for (int c = 0; c < raw.length; c++) {
      raw[c] = row[c] * scales[c] + means[c];
    }
    return raw;
  }
}
