package io.promoflow.evaluation.offline;

import java.util.List;

/**
 * The least-squares fit of a 2 × 3 experiment with effect coding (a level 1, the control −1) and
 * all interactions, with the heteroscedasticity-consistent errors HC2 (MacKinnon, White 1985). By
 * plain loops over the rows: nothing of it is shared with what it checks.
 */
final class EffectCodedFit {
  /** Intercept, mail, small, large, mail × small, mail × large. */
  private static final int TERMS = 6;

  /** A row: level of the first factor 0 to 1, of the second 0 to 2, and the outcome. */
  record Row(int mail, int discount, double outcome) {
    double[] coded() {
      double a = mail == 1 ? 1 : -1;
      double small = discount == 1 ? 1 : discount == 2 ? 0 : -1;
      double large = discount == 2 ? 1 : discount == 1 ? 0 : -1;
      return new double[] {1, a, small, large, a * small, a * large};
    }
  }

  private final double[] coefficients = new double[TERMS];
  private final double[][] covariance = new double[TERMS][TERMS];

  EffectCodedFit(List<Row> rows) {
    var normal = new double[TERMS][TERMS];
    var moment = new double[TERMS];
    for (Row row : rows) {
      double[] x = row.coded();
      for (int i = 0; i < TERMS; i++) {
        moment[i] += x[i] * row.outcome();
        for (int j = 0; j < TERMS; j++) {
          normal[i][j] += x[i] * x[j];
        }
      }
    }
    double[][] inverse = inverse(normal);
    for (int i = 0; i < TERMS; i++) {
      coefficients[i] = dot(inverse[i], moment);
    }
    var meat = new double[TERMS][TERMS];
    for (Row row : rows) {
      double[] x = row.coded();
      double leverage = 0;
      for (int i = 0; i < TERMS; i++) {
        leverage += x[i] * dot(inverse[i], x);
      }
      double residual = row.outcome() - dot(coefficients, x);
      for (int i = 0; i < TERMS; i++) {
        for (int j = 0; j < TERMS; j++) {
          meat[i][j] += x[i] * x[j] * residual * residual / (1 - leverage);
        }
      }
    }
    double[][] left = product(inverse, meat);
    double[][] all = product(left, inverse);
    for (int i = 0; i < TERMS; i++) {
      covariance[i] = all[i];
    }
  }

  double estimate(double... weights) {
    return dot(weights, coefficients);
  }

  double error(double... weights) {
    double squared = 0;
    for (int i = 0; i < TERMS; i++) {
      squared += weights[i] * dot(covariance[i], weights);
    }
    return Math.sqrt(squared);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[][] product(double[][] a, double[][] b) {
    var out = new double[TERMS][TERMS];
    for (int i = 0; i < TERMS; i++) {
      for (int j = 0; j < TERMS; j++) {
        for (int k = 0; k < TERMS; k++) {
          out[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return out;
  }

  /** Gauss and Jordan, with the largest pivot. */
  private static double[][] inverse(double[][] matrix) {
    var work = new double[TERMS][2 * TERMS];
    for (int i = 0; i < TERMS; i++) {
      System.arraycopy(matrix[i], 0, work[i], 0, TERMS);
      work[i][TERMS + i] = 1;
    }
    for (int column = 0; column < TERMS; column++) {
      int pivot = column;
      for (int row = column; row < TERMS; row++) {
        if (Math.abs(work[row][column]) > Math.abs(work[pivot][column])) {
          pivot = row;
        }
      }
      double[] swapped = work[pivot];
      work[pivot] = work[column];
      work[column] = swapped;
      double by = swapped[column];
      for (int j = 0; j < 2 * TERMS; j++) {
        work[column][j] /= by;
      }
      for (int row = 0; row < TERMS; row++) {
        double times = work[row][column];
        for (int j = 0; j < 2 * TERMS && row != column; j++) {
          work[row][j] -= times * work[column][j];
        }
      }
    }
    var out = new double[TERMS][TERMS];
    for (int i = 0; i < TERMS; i++) {
      System.arraycopy(work[i], TERMS, out[i], 0, TERMS);
    }
    return out;
  }
}
