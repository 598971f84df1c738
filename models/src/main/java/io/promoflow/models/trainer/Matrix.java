package io.promoflow.models.trainer;

import java.util.Arrays;

/**
 * Rows of numbers side by side in one array, because a fit reads them thousands of times.
 *
 * @param rows how many
 * @param width numbers per row
 * @param values row by row; not copied
 */
public record Matrix(int rows, int width, double[] values) {

  public Matrix {
    if (values.length != rows * width) {
      throw new IllegalArgumentException(
          values.length + " values are not " + rows + " rows of " + width);
    }
  }

  /** Copies rows of equal length. */
  public static Matrix of(double[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    var values = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * width, width);
    }
    return new Matrix(rows.length, width, values);
  }

  public double at(int row, int column) {
    return values[row * width + column];
  }

  /** A copy of one row. */
  public double[] row(int row) {
    return Arrays.copyOfRange(values, row * width, (row + 1) * width);
  }

  /** Copies of some rows, in the order asked for. */
  public Matrix select(int[] chosen) {
    var picked = new double[chosen.length * width];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(values, chosen[i] * width, picked, i * width, width);
    }
    return new Matrix(chosen.length, width, picked);
  }

  /** Whether every number is finite. */
  public boolean isFinite() {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }
}
