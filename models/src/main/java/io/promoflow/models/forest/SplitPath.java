package io.promoflow.models.forest;

/**
 * The distinct elements between the root and a node, with how subsets of every size weigh in: the
 * path {@code m} of TreeSHAP's algorithm 2 and its EXTEND and UNWIND. Every level of the tree has a
 * copy of its own in one array, so that going back up costs nothing.
 */
final class SplitPath {
  private final int stride;
  private final int[] lengths;
  private final int[] elements;
  private final double[] zeros;
  private final double[] ones;
  private final double[] weights;

  /** For trees of a depth. */
  SplitPath(int depth) {
    stride = depth + 1;
    lengths = new int[stride];
    elements = new int[stride * stride];
    zeros = new double[stride * stride];
    ones = new double[stride * stride];
    weights = new double[stride * stride];
  }

  /** The level's path is that of the level above and one more. */
  void extend(int level, int element, double zero, double one) {
    int from = level * stride;
    int length = level == 0 ? 0 : lengths[level - 1];
    copyFromAbove(from, length);
    set(from + length, element, zero, one);
    weights[from + length] = length == 0 ? 1 : 0;
    for (int i = length - 1; i >= 0; i--) {
      weights[from + i + 1] += one * weights[from + i] * (i + 1) / (length + 1);
      weights[from + i] = zero * weights[from + i] * (length - i) / (length + 1);
    }
    lengths[level] = length + 1;
  }

  /** Takes one out again, as if it had never been extended by. */
  void unwind(int level, int index) {
    int from = level * stride;
    int last = lengths[level] - 1;
    double zero = zeros[from + index];
    double one = ones[from + index];
    double next = weights[from + last];
    for (int i = last - 1; i >= 0; i--) {
      double before = weights[from + i];
      weights[from + i] = weight(i, last, one, zero, next, before);
      next = before - weights[from + i] * zero * (last - i) / (last + 1);
    }
    for (int i = from + index; i < from + last; i++) {
      set(i, elements[i + 1], zeros[i + 1], ones[i + 1]);
    }
    lengths[level] = last;
  }

  /** The sum of the weights that there would be without one. */
  double unwoundSum(int level, int index) {
    int from = level * stride;
    int last = lengths[level] - 1;
    double zero = zeros[from + index];
    double one = ones[from + index];
    double next = weights[from + last];
    double sum = 0;
    for (int i = last - 1; i >= 0; i--) {
      double weight = weight(i, last, one, zero, next, weights[from + i]);
      sum += weight;
      next = weights[from + i] - weight * zero * (last - i) / (last + 1);
    }
    return sum;
  }

  private static double weight(
      int i, int last, double one, double zero, double next, double before) {
    return one == 0
        ? before * (last + 1) / (zero * (last - i))
        : next * (last + 1) / ((i + 1) * one);
  }

  /** Where an element is; -1 when it is not. */
  int find(int level, int element) {
    for (int i = 1; i < lengths[level]; i++) {
      if (elements[level * stride + i] == element) {
        return i;
      }
    }
    return -1;
  }

  int length(int level) {
    return lengths[level];
  }

  int element(int level, int index) {
    return elements[level * stride + index];
  }

  double zero(int level, int index) {
    return zeros[level * stride + index];
  }

  double one(int level, int index) {
    return ones[level * stride + index];
  }

  private void copyFromAbove(int from, int length) {
    if (length > 0) {
      int above = from - stride;
      System.arraycopy(elements, above, elements, from, length);
      System.arraycopy(zeros, above, zeros, from, length);
      System.arraycopy(ones, above, ones, from, length);
      System.arraycopy(weights, above, weights, from, length);
    }
  }

  private void set(int at, int element, double zero, double one) {
    elements[at] = element;
    zeros[at] = zero;
    ones[at] = one;
  }
}
