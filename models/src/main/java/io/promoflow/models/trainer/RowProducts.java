package io.promoflow.models.trainer;

/**
 * The products of a regression over some of its rows, each row followed by a 1 for the intercept.
 * Four rows are taken at a time: what all rows share is then read and written once for four, and
 * the four sums do not wait for each other. Behind the end the last row stands in, with weight 0.
 */
record RowProducts(Matrix rows, int from, int to) {

  /** Row times vector, into the elements {@code from} to {@code to}. */
  void times(double[] vector, double[] into) {
    int width = rows.width();
    double[] x = rows.values();
    for (int i = from; i < to; i += 4) {
      int p0 = i * width;
      int p1 = behind(i, 1) * width;
      int p2 = behind(i, 2) * width;
      int p3 = behind(i, 3) * width;
      double s0 = vector[width];
      double s1 = s0;
      double s2 = s0;
      double s3 = s0;
      for (int c = 0; c < width; c++) {
        double factor = vector[c];
        s0 += factor * x[p0 + c];
        s1 += factor * x[p1 + c];
        s2 += factor * x[p2 + c];
        s3 += factor * x[p3 + c];
      }
      into[i] = s0;
      into[behind(i, 1)] = s1;
      into[behind(i, 2)] = s2;
      into[behind(i, 3)] = s3;
    }
  }

  /** Adds the sum of rows times their weights. */
  void addWeighted(double[] weights, double[] into) {
    int width = rows.width();
    double[] x = rows.values();
    for (int i = from; i < to; i += 4) {
      int p0 = i * width;
      int p1 = behind(i, 1) * width;
      int p2 = behind(i, 2) * width;
      int p3 = behind(i, 3) * width;
      double w0 = weights[i];
      double w1 = weight(weights, i + 1);
      double w2 = weight(weights, i + 2);
      double w3 = weight(weights, i + 3);
      for (int c = 0; c < width; c++) {
        into[c] += w0 * x[p0 + c] + w1 * x[p1 + c] + w2 * x[p2 + c] + w3 * x[p3 + c];
      }
      into[width] += w0 + w1 + w2 + w3;
    }
  }

  /** Adds the weighted sum of the rows' squares, element by element. */
  void addSquares(double[] weights, double[] into) {
    int width = rows.width();
    double[] x = rows.values();
    for (int i = from; i < to; i++) {
      for (int c = 0; c < width; c++) {
        into[c] += weights[i] * x[i * width + c] * x[i * width + c];
      }
      into[width] += weights[i];
    }
  }

  /**
   * Adds the weighted sum of outer products of the rows with themselves, at and above the diagonal.
   */
  void addOuter(double[] weights, double[] into) {
    int width = rows.width();
    double[] x = rows.values();
    for (int i = from; i < to; i += 4) {
      int p0 = i * width;
      int p1 = behind(i, 1) * width;
      int p2 = behind(i, 2) * width;
      int p3 = behind(i, 3) * width;
      double w0 = weights[i];
      double w1 = weight(weights, i + 1);
      double w2 = weight(weights, i + 2);
      double w3 = weight(weights, i + 3);
      for (int r = 0; r < width; r++) {
        double u0 = w0 * x[p0 + r];
        double u1 = w1 * x[p1 + r];
        double u2 = w2 * x[p2 + r];
        double u3 = w3 * x[p3 + r];
        int line = r * (width + 1);
        for (int c = r; c < width; c++) {
          into[line + c] += u0 * x[p0 + c] + u1 * x[p1 + c] + u2 * x[p2 + c] + u3 * x[p3 + c];
        }
        into[line + width] += u0 + u1 + u2 + u3;
      }
      into[into.length - 1] += w0 + w1 + w2 + w3;
    }
  }

  private int behind(int i, int steps) {
    return Math.min(i + steps, to - 1);
  }

  private double weight(double[] weights, int i) {
    return i < to ? weights[i] : 0;
  }
}
