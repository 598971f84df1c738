package io.promoflow.evaluation.offline;

import java.util.List;

/** Interactions as a table of texts, for the terminal and for the page. */
final class FactorTable {
  static final String MAIN_EFFECTS =
      "Main effects: averaged over the combinations of the other factors, with equal weights.";
  static final String INTERACTIONS =
      "Interactions: by how much both together differ from the sum of their effects.";
  static final List<String> HEAD =
      List.of(
          "metric",
          "first",
          "second",
          "difference",
          "test",
          "p",
          "adjusted p",
          "interval",
          "always valid");

  private FactorTable() {}

  static String combinations(EvaluationMapping mapping) {
    return "Combinations: each against " + mapping.control() + ".";
  }

  static List<List<String>> rows(List<Interaction> interactions) {
    return interactions.stream().map(FactorTable::row).toList();
  }

  private static List<String> row(Interaction one) {
    TableMetric metric = one.metric();
    var its = one.contrast();
    return List.of(
        metric.name(),
        one.first(),
        one.second(),
        Figures.signed(metric, its.estimate()),
        Figures.statistic(its.t()),
        Figures.p(its.p()),
        Figures.p(one.adjustedP()),
        Figures.range(metric, its.low(), its.high()),
        Figures.range(metric, one.alwaysValidLow(), one.alwaysValidHigh()));
  }
}
