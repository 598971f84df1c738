package io.promoflow.evaluation.offline;

import java.util.ArrayList;
import java.util.List;

/** The results as a table of texts, for the terminal and for the page. */
final class ResultTable {
  static final List<String> HEAD =
      List.of(
          "segment",
          "metric",
          "variant",
          "control mean",
          "mean",
          "difference",
          "lift",
          "test",
          "p",
          "adjusted p",
          "interval",
          "always valid",
          "P(better)");

  private ResultTable() {}

  static List<List<String>> rows(List<MetricResult> results) {
    var rows = new ArrayList<List<String>>();
    for (MetricResult result : results) {
      var its = result.comparison();
      rows.add(
          List.of(
              result.segment(),
              result.metric().name(),
              result.variant(),
              Figures.mean(result, its.control().mean()),
              Figures.mean(result, its.variant().mean()),
              Figures.difference(result),
              Figures.lift(its.relativeLift()),
              Figures.statistic(result.statistic()),
              Figures.p(result.p()),
              Figures.p(result.adjustedP()),
              Figures.interval(result),
              Figures.alwaysValid(result),
              result
                  .posterior()
                  .map(post -> Figures.p(post.probabilityBetter(result.metric().direction())))
                  .orElse("–")));
    }
    return rows;
  }
}
