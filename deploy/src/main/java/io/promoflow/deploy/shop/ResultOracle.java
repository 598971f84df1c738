package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.ExpectedExposures.Exposed;
import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import io.promoflow.deploy.shop.FinalTables.RatioCheckRow;
import io.promoflow.deploy.shop.FinalTables.ResultRow;
import io.promoflow.deploy.shop.FinalTables.ShownRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The part of the {@link Oracle} that judges the results of experiments, over every population. */
final class ResultOracle {
  private static final List<String> RECOMPUTED =
      List.of("conversion", "orders", "spend", "profit", "discount");

  private static final double TOLERANCE = 1e-9;

  private record Cell(String experiment, String variant, String segment) {}

  private record Unit(Exposed exposed, Map<String, Double> outcome) {}

  private final Oracle.Rules rules;
  private final Map<String, List<SentEvent>> events;
  private final ExpectedViews views;
  private final Differences differences;

  /**
   * @param events accepted ones, by pseudonym of the shopper
   * @param views what was shown
   * @param differences where to count
   */
  ResultOracle(
      Oracle.Rules rules,
      Map<String, List<SentEvent>> events,
      ExpectedViews views,
      Differences differences) {
    this.rules = rules;
    this.events = events;
    this.views = views;
    this.differences = differences;
  }

  /** Compares the results with the decisions and the events. */
  void judge(FinalTables tables) {
    List<Unit> units =
        ExpectedExposures.of(tables.decisions(), views, tables.holdingOut(), rules.attribution())
            .stream()
            .map(exposed -> new Unit(exposed, outcome(exposed)))
            .toList();
    Map<String, String> controls =
        tables.results().stream()
            .collect(Collectors.toMap(ResultRow::experiment, ResultRow::control, (a, b) -> a));
    judge("", units, tables.results(), controls);
    for (String population : ExpectedExposures.POPULATIONS) {
      judge(
          population + ": ",
          units.stream().filter(unit -> unit.exposed().isIn(population)).toList(),
          tables.populations().getOrDefault(population, List.of()),
          controls);
    }
    tables.populations().keySet().stream()
        .filter(population -> !ExpectedExposures.POPULATIONS.contains(population))
        .forEach(population -> differences.extra("population " + population));
    ratioChecks(units, tables);
    shown(tables);
  }

  /** Whom the checks of the sample ratio counted, those whose exposure is missing included. */
  private void ratioChecks(List<Unit> units, FinalTables tables) {
    Map<String, Long> expected = new HashMap<>();
    ExpectedExposures.missing(tables.decisions(), views, rules.attribution(), rules.evaluated())
        .forEach(
            (experiment, missing) ->
                expected.put(experiment + "/" + ExpectedExposures.MISSING, missing));
    for (String population : ExpectedExposures.POPULATIONS) {
      for (Unit unit : units) {
        if (unit.exposed().isIn(population)) {
          expected.merge(unit.exposed().experiment() + "/" + population, 1L, Long::sum);
        }
      }
    }
    var seen = new HashSet<String>();
    for (RatioCheckRow row : tables.ratioChecks()) {
      String key = row.experiment() + "/" + row.population();
      seen.add(key);
      if (expected.containsKey(key)) {
        same("sample-ratio check " + key + " units", expected.get(key), (double) row.units());
      } else {
        differences.extra("sample-ratio check " + key);
      }
    }
    expected.keySet().stream()
        .filter(key -> !seen.contains(key))
        .forEach(key -> differences.lost("sample-ratio check " + key));
  }

  /** How many decisions of each variant were made, and how many were shown. */
  private void shown(FinalTables tables) {
    Map<String, long[]> expected = new HashMap<>();
    for (DecisionRow decision : tables.decisions()) {
      if (ExpectedExposures.isOfAnExperiment(decision)) {
        String key = decision.experiment() + "/" + decision.variant();
        long[] counts = expected.computeIfAbsent(key, any -> new long[2]);
        counts[0]++;
        counts[1] += views.firstOf(decision, rules.attribution()).isPresent() ? 1 : 0;
      }
    }
    for (ShownRow row : tables.shown()) {
      String what = "shown decisions " + row.experiment() + "/" + row.variant();
      long[] counts = expected.remove(row.experiment() + "/" + row.variant());
      if (counts == null) {
        differences.extra(what);
      } else {
        same(what + " decisions", (double) counts[0], (double) row.decisions());
        same(what + " shown", (double) counts[1], (double) row.shown());
      }
    }
    expected.keySet().forEach(key -> differences.lost("shown decisions " + key));
  }

  private Map<String, Double> outcome(Exposed exposed) {
    return ExpectedOutcomes.within(
        exposed.at(),
        exposed.at().plus(rules.attribution()),
        events.getOrDefault(exposed.shopper(), List.of()));
  }

  private void judge(
      String where, List<Unit> units, List<ResultRow> rows, Map<String, String> controls) {
    Map<Cell, List<Unit>> cells = cells(units);
    var seen = new HashSet<String>();
    for (ResultRow row : rows) {
      if (!seen.add(row.key())) {
        differences.duplicated("result " + where + row.key(), 1);
      }
      if (RECOMPUTED.contains(row.metric())) {
        result(where, row, cells);
      }
    }
    missing(where, cells.keySet(), controls, seen);
  }

  private static Map<Cell, List<Unit>> cells(List<Unit> units) {
    Map<Cell, List<Unit>> cells = new HashMap<>();
    for (Unit unit : units) {
      for (String segment : List.of("all", unit.exposed().segment())) {
        var cell = new Cell(unit.exposed().experiment(), unit.exposed().variant(), segment);
        cells.computeIfAbsent(cell, c -> new ArrayList<>()).add(unit);
      }
    }
    return cells;
  }

  private void missing(
      String where, Set<Cell> cells, Map<String, String> controls, Set<String> seen) {
    for (Cell cell : cells) {
      if (!cell.variant().equals(controls.get(cell.experiment()))) {
        for (String metric : RECOMPUTED) {
          String key =
              cell.experiment() + "/" + cell.variant() + "/" + metric + "/" + cell.segment();
          if (!seen.contains(key)) {
            differences.lost("result " + where + key);
          }
        }
      }
    }
  }

  private void result(String where, ResultRow row, Map<Cell, List<Unit>> cells) {
    var variant =
        cells.getOrDefault(new Cell(row.experiment(), row.variant(), row.segment()), List.of());
    var control =
        cells.getOrDefault(new Cell(row.experiment(), row.control(), row.segment()), List.of());
    if (variant.isEmpty() && row.units() > 0) {
      differences.extra("result " + where + row.key());
      return;
    }
    String what = where + row.key();
    same(what + " units", variant.size(), (double) row.units());
    same(what + " control units", control.size(), (double) row.controlUnits());
    moments(what, variant, row.metric(), row.mean(), row.variance());
    moments(what + " control", control, row.metric(), row.controlMean(), row.controlVariance());
  }

  private void moments(String what, List<Unit> units, String metric, Double mean, Double variance) {
    int n = units.size();
    if (n == 0) {
      return;
    }
    double m = units.stream().mapToDouble(u -> u.outcome().get(metric)).sum() / n;
    same(what + " mean", m, mean);
    if (n > 1) {
      double squares =
          units.stream().mapToDouble(u -> Math.pow(u.outcome().get(metric) - m, 2)).sum();
      same(what + " variance", squares / (n - 1), variance);
    }
  }

  private void same(String what, double expected, Double found) {
    differences.checked();
    boolean equal =
        found != null && Math.abs(found - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
    if (!equal) {
      differences.wrong(what, expected, found);
    }
  }
}
