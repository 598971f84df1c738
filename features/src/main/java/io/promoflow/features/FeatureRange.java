package io.promoflow.features;

import io.promoflow.features.aggregate.Count;
import io.promoflow.features.aggregate.Custom;
import io.promoflow.features.aggregate.Distinct;
import io.promoflow.features.aggregate.Recency;
import java.time.Duration;
import java.util.List;

/**
 * Which numbers a numeric feature can be, as far as its declaration tells.
 *
 * @param least no value is below it
 * @param most no value is above it
 * @param isWhole whether no value is a fraction
 */
public record FeatureRange(double least, double most, boolean isWhole) {
  private static final double DAY_MILLIS = 86_400_000.0;
  private static final FeatureRange ANY =
      new FeatureRange(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, false);

  /**
   * The range of a declaration. Every number of an event is at least 0, and so is whatever is
   * counted, added up or chosen of them.
   *
   * @param windows all of its entity; empty when nobody knows
   */
  public static FeatureRange of(Declaration declaration, List<Duration> windows) {
    var aggregate = declaration.aggregate();
    if (aggregate == null || aggregate instanceof Custom) {
      return ANY;
    }
    double most = Double.POSITIVE_INFINITY;
    if (aggregate instanceof Recency && !declaration.ever()) {
      List<Duration> its = declaration.windows().isEmpty() ? windows : declaration.windows();
      most = its.stream().mapToDouble(FeatureRange::days).max().orElse(most);
    }
    double absent = declaration.absent();
    boolean isCounted = aggregate instanceof Count || aggregate instanceof Distinct;
    return Double.isNaN(absent)
        ? new FeatureRange(0, most, isCounted)
        : new FeatureRange(
            Math.min(0, absent), Math.max(most, absent), isCounted && absent % 1 == 0);
  }

  private static double days(Duration window) {
    return window.toMillis() / DAY_MILLIS;
  }
}
