package io.promoflow.evaluation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the results of one experiment from its sums. Means and variances say what shoppers did,
 * whatever weights assigned them; differences, and all that follows from them, are taken within the
 * draws of {@link Strata}.
 *
 * @param experiment id
 * @param control id of the control variant
 * @param alpha error level of the intervals
 * @param optimalUnits where the always-valid interval is tightest
 * @param metrics that are declared
 */
public record ResultBook(
    String experiment, String control, double alpha, double optimalUnits, Metrics metrics) {

  /** With the metrics that we ship. */
  public ResultBook(String experiment, String control, double alpha, double optimalUnits) {
    this(experiment, control, alpha, optimalUnits, Metrics.shipped());
  }

  /** One row per segment (and over all), treatment and metric. */
  public List<ResultRow> rows(Map<String, Strata> bySegment, Instant updated, Instant written) {
    var rows = new ArrayList<ResultRow>();
    var segments = new TreeMap<String, Strata>(bySegment);
    segments.put(ResultRow.ALL_SEGMENTS, Strata.together(bySegment.values()));
    segments.forEach(
        (segment, strata) -> {
          SortedMap<String, CellSums> cells = strata.pooled();
          var controlSums = cells.getOrDefault(control, CellSums.ZERO);
          cells.forEach(
              (variant, sums) -> {
                if (!variant.equals(control)) {
                  for (Metric metric : metrics) {
                    var result = strata.comparison(variant, control, metric, alpha);
                    rows.add(
                        row(segment, variant, metric, sums, controlSums, result, updated, written));
                  }
                }
              });
        });
    return rows;
  }

  private ResultRow row(
      String segment,
      String variant,
      Metric metric,
      CellSums sums,
      CellSums controlSums,
      Comparison result,
      Instant updated,
      Instant written) {
    Group its = Group.of(sums, metric);
    Group controls = Group.of(controlSums, metric);
    var interval = new AlwaysValid(alpha, optimalUnits);
    double half = interval.halfWidth(result);
    return new ResultRow(
        experiment,
        variant,
        control,
        metric.id(),
        segment,
        sums.units(),
        controlSums.units(),
        sums.units(metric),
        controlSums.units(metric),
        known(its.mean()),
        known(controls.mean()),
        known(its.variance()),
        known(controls.variance()),
        known(result.difference()),
        known(result.standardError()),
        known(result.low()),
        known(result.high()),
        known(result.difference() - half),
        known(result.difference() + half),
        known(result.p()),
        known(interval.p(result)),
        known(result.relativeLift()),
        known(result.relativeLow()),
        known(result.relativeHigh()),
        sums.contaminated(),
        updated,
        written);
  }

  private static Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
