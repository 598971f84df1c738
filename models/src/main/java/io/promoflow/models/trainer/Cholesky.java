package io.promoflow.models.trainer;

/**
 * A symmetric matrix as U'U, U upper triangular. A column that the ones before it explain up to
 * round-off gets no step: its element of U counts as infinite.
 */
record Cholesky(double[] upper, int size) implements NewtonSteps {
  private static final double ROUND_OFF = 1e-15;

  /**
   * Overwrites the matrix.
   *
   * @param matrix line by line; only what is at and above the diagonal is read
   */
  static Cholesky of(double[] matrix, int size) {
    for (int r = 0; r < size; r++) {
      double diagonal = matrix[r * size + r];
      for (int above = 0; above < r; above++) {
        double factor = matrix[above * size + r];
        for (int c = r; c < size; c++) {
          matrix[r * size + c] -= factor * matrix[above * size + c];
        }
      }
      double left = matrix[r * size + r];
      double root = left > ROUND_OFF * diagonal ? Math.sqrt(left) : Double.POSITIVE_INFINITY;
      matrix[r * size + r] = root;
      for (int c = r + 1; c < size; c++) {
        matrix[r * size + c] /= root;
      }
    }
    return new Cholesky(matrix, size);
  }

  @Override
  public double[] from(double[] gradient) {
    var step = new double[size];
    for (int r = 0; r < size; r++) {
      step[r] -= gradient[r];
      step[r] /= upper[r * size + r];
      for (int c = r + 1; c < size; c++) {
        step[c] -= upper[r * size + c] * step[r];
      }
    }
    for (int r = size - 1; r >= 0; r--) {
      for (int c = r + 1; c < size; c++) {
        step[r] -= upper[r * size + c] * step[c];
      }
      step[r] /= upper[r * size + r];
    }
    return step;
  }

  @Override
  public boolean areCurrent() {
    return false;
  }
}
