package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import io.promoflow.deploy.shop.FinalTables.ResultRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The part of the {@link Oracle} that judges the results of experiments. */
final class ResultOracle {
  private static final List<String> RECOMPUTED =
      List.of("conversion", "orders", "spend", "profit", "discount");

  private static final double TOLERANCE = 1e-9;

  private record Exposure(DecisionRow decision, Map<String, Double> outcome) {}

  private final Duration attribution;
  private final Map<String, List<SentEvent>> events;
  private final Differences differences;

  /**
   * @param attribution how long after exposure an outcome counts
   * @param events accepted ones, by pseudonym of the shopper
   * @param differences where to count
   */
  ResultOracle(Duration attribution, Map<String, List<SentEvent>> events, Differences differences) {
    this.attribution = attribution;
    this.events = events;
    this.differences = differences;
  }

  /** Compares the results with the decisions and the events. */
  void judge(List<DecisionRow> decisions, List<ResultRow> rows) {
    Map<String, Map<String, DecisionRow>> first = new HashMap<>();
    decisions.stream()
        .filter(d -> d.experiment() != null)
        .sorted(Comparator.comparing(DecisionRow::at).thenComparing(DecisionRow::decisionId))
        .forEach(
            d ->
                first
                    .computeIfAbsent(d.experiment(), e -> new HashMap<>())
                    .putIfAbsent(d.shopper(), d));
    Map<String, List<Exposure>> cells = new HashMap<>();
    first.forEach(
        (experiment, byShopper) ->
            byShopper.forEach(
                (shopper, decision) -> {
                  var exposure =
                      new Exposure(
                          decision, outcome(decision, events.getOrDefault(shopper, List.of())));
                  String segment = decision.segment() == null ? "none" : decision.segment();
                  for (String scope : List.of("all", segment)) {
                    cells
                        .computeIfAbsent(
                            cell(experiment, decision.variant(), scope), c -> new ArrayList<>())
                        .add(exposure);
                  }
                }));
    var seen = new HashSet<String>();
    for (ResultRow row : rows) {
      if (!seen.add(row.key())) {
        differences.duplicated("result " + row.key(), 1);
      }
      if (RECOMPUTED.contains(row.metric())) {
        result(row, cells);
      }
    }
    missingResults(cells, rows, seen);
  }

  private void missingResults(
      Map<String, List<Exposure>> cells, List<ResultRow> rows, Set<String> seen) {
    Map<String, String> controls =
        rows.stream()
            .collect(Collectors.toMap(ResultRow::experiment, ResultRow::control, (a, b) -> a));
    for (String cell : cells.keySet()) {
      String[] parts = cell.split("/", -1);
      if (!parts[1].equals(controls.get(parts[0]))) {
        for (String metric : RECOMPUTED) {
          String key = parts[0] + "/" + parts[1] + "/" + metric + "/" + parts[2];
          if (!seen.contains(key)) {
            differences.lost("result " + key);
          }
        }
      }
    }
  }

  private static String cell(String experiment, String variant, String segment) {
    return experiment + "/" + variant + "/" + segment;
  }

  private void result(ResultRow row, Map<String, List<Exposure>> cells) {
    var variant =
        cells.getOrDefault(cell(row.experiment(), row.variant(), row.segment()), List.of());
    var control =
        cells.getOrDefault(cell(row.experiment(), row.control(), row.segment()), List.of());
    if (variant.isEmpty() && row.units() > 0) {
      differences.extra("result " + row.key());
      return;
    }
    same(row.key() + " units", variant.size(), (double) row.units());
    same(row.key() + " control units", control.size(), (double) row.controlUnits());
    moments(row.key(), variant, row.metric(), row.mean(), row.variance());
    moments(
        row.key() + " control", control, row.metric(), row.controlMean(), row.controlVariance());
  }

  private void moments(
      String what, List<Exposure> units, String metric, Double mean, Double variance) {
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

  /** What a shopper did in the attribution window, by metric. */
  private Map<String, Double> outcome(DecisionRow exposure, List<SentEvent> events) {
    Instant end = exposure.at().plus(attribution);
    List<SentEvent> inside =
        events.stream()
            .filter(e -> !e.at().isBefore(exposure.at()) && e.at().isBefore(end))
            .toList();
    Set<String> standing = new HashSet<>();
    long spend = 0;
    long profit = 0;
    long discount = 0;
    Function<SentEvent, Long> margin = e -> Math.round(ShopModel.MARGIN_SHARE * e.priceCents());
    for (SentEvent order : Oracle.of(inside, "Order Completed")) {
      standing.add(order.orderId());
      spend += Oracle.net(order);
      profit += margin.apply(order) - Oracle.discount(order);
      discount += Oracle.discount(order);
    }
    for (SentEvent refund : Oracle.of(inside, "Order Refunded")) {
      standing.remove(refund.orderId());
      spend -= Oracle.net(refund);
      profit -= margin.apply(refund) - Oracle.discount(refund);
      discount -= Oracle.discount(refund);
    }
    return Map.of(
        "conversion", standing.isEmpty() ? 0.0 : 1.0,
        "orders", (double) standing.size(),
        "spend", (double) spend,
        "profit", (double) profit,
        "discount", (double) discount);
  }
}
