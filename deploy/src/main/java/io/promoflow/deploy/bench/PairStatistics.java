package io.promoflow.deploy.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Figures over the ratios of pairs. Of nine pairs the second worst bounds the median with 98 %
 * confidence, one-sided (binomial: 10 in 512), whatever the distribution.
 */
final class PairStatistics {
  private PairStatistics() {}

  static double median(List<Double> values) {
    double[] sorted = sorted(values);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Second smallest; second largest where smaller is better; the only one of a single pair. */
  static double secondWorst(List<Double> ratios, boolean largerIsBetter) {
    double[] sorted = sorted(ratios);
    int second = Math.min(1, sorted.length - 1);
    return largerIsBetter ? sorted[second] : sorted[sorted.length - 1 - second];
  }

  private static double[] sorted(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no pair was taken");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
