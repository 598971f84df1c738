package io.promoflow.models.trainer;

/** Distances between vectors that lie in longer arrays. */
final class Euclidean {
  private Euclidean() {}

  /**
   * The squared distance of {@code width} elements from {@code i} on to those from {@code j} on.
   */
  static double squared(double[] a, int i, double[] b, int j, int width) {
    double sum = 0;
    for (int c = 0; c < width; c++) {
      double gap = a[i + c] - b[j + c];
      sum += gap * gap;
    }
    return sum;
  }
}
