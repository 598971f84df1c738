package io.promoflow.evaluation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the results of one experiment from its sums.
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
  public List<ResultRow> rows(
      Map<String, Map<String, CellSums>> cellsBySegment, Instant updated, Instant written) {
    var rows = new ArrayList<ResultRow>();
    var segments = new TreeMap<String, Map<String, CellSums>>(cellsBySegment);
    segments.put(ResultRow.ALL_SEGMENTS, overAll(cellsBySegment.values()));
    segments.forEach(
        (segment, cells) ->
            cells.forEach(
                (variant, sums) -> {
                  if (!variant.equals(control)) {
                    var controlSums = cells.getOrDefault(control, CellSums.ZERO);
                    for (Metric metric : metrics) {
                      rows.add(row(segment, variant, metric, sums, controlSums, updated, written));
                    }
                  }
                }));
    return rows;
  }

  /** Cells of the whole experiment by variant. */
  public static SortedMap<String, CellSums> overAll(
      Iterable<? extends Map<String, CellSums>> segments) {
    var all = new TreeMap<String, CellSums>();
    for (Map<String, CellSums> cells : segments) {
      cells.forEach((variant, sums) -> all.merge(variant, sums, CellSums::plus));
    }
    return all;
  }

  private ResultRow row(
      String segment,
      String variant,
      Metric metric,
      CellSums sums,
      CellSums controlSums,
      Instant updated,
      Instant written) {
    var result = Comparison.of(Group.of(sums, metric), Group.of(controlSums, metric), alpha);
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
        known(result.variant().mean()),
        known(result.control().mean()),
        known(result.variant().variance()),
        known(result.control().variance()),
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
