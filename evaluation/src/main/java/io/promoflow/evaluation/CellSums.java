package io.promoflow.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The sufficient statistics of one cell (experiment, variant, segment): mergeable, subtractable and
 * exact.
 *
 * @param units shoppers
 * @param contaminated shoppers that were seen in another variant, too
 * @param metrics sums by {@link Metric#place()}
 */
public record CellSums(long units, long contaminated, List<MetricSums> metrics) {
  public static final CellSums ZERO =
      new CellSums(
          0, 0, new ArrayList<>(Collections.nCopies(Metric.values().length, MetricSums.ZERO)));

  /** The sums of a single shopper of whom nothing is known from before. */
  public static CellSums of(ShopperTotals totals, boolean contaminated) {
    return of(totals, new ShopperTotals(0), contaminated);
  }

  /**
   * The sums of a single shopper.
   *
   * @param earlier the same of the shopper before the exposure, the covariate of CUPED
   */
  public static CellSums of(ShopperTotals totals, ShopperTotals earlier, boolean contaminated) {
    var metrics = new ArrayList<MetricSums>(Metric.values().length);
    for (Metric metric : Metric.values()) {
      long beside = metric.isRatio() ? totals.denominator(metric) : earlier.value(metric);
      metrics.add(MetricSums.of(totals.value(metric), beside));
    }
    return new CellSums(1, contaminated ? 1 : 0, metrics);
  }

  public MetricSums metric(Metric metric) {
    return metrics.get(metric.place());
  }

  public CellSums plus(CellSums other) {
    var sums = new ArrayList<MetricSums>(metrics.size());
    for (int i = 0; i < metrics.size(); i++) {
      sums.add(metrics.get(i).plus(other.metrics.get(i)));
    }
    return new CellSums(units + other.units, contaminated + other.contaminated, sums);
  }

  public CellSums minus(CellSums other) {
    var sums = new ArrayList<MetricSums>(metrics.size());
    for (int i = 0; i < metrics.size(); i++) {
      sums.add(metrics.get(i).minus(other.metrics.get(i)));
    }
    return new CellSums(units - other.units, contaminated - other.contaminated, sums);
  }

  public boolean isZero() {
    return equals(ZERO);
  }
}
