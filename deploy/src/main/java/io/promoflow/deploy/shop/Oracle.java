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
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts what the platform got wrong: recomputes the final tables from the shop's ledger, slowly
 * and plainly, with no code of the platform, and compares row by row.
 */
public final class Oracle {
  private static final List<String> RECOMPUTED =
      List.of("conversion", "orders", "spend", "profit", "discount");

  private static final double TOLERANCE = 1e-9;
  private static final int EXAMPLES = 10;

  /**
   * What the oracle must know of the platform's settings.
   *
   * @param windows feature windows by their suffix, e.g. {@code 24h}
   * @param slide time between feature rows
   * @param attribution how long after exposure an outcome counts
   * @param pseudonymKey key of the shopper pseudonyms
   */
  public record Rules(
      Map<String, Duration> windows, Duration slide, Duration attribution, String pseudonymKey) {}

  /**
   * The verdict.
   *
   * @param lost expected and not there
   * @param duplicated there more than once
   * @param wrong there with another value
   * @param extra there and not expected
   * @param examples some of them, for people
   */
  public record Verdict(
      long lost, long duplicated, long wrong, long extra, long checked, List<String> examples) {
    public boolean clean() {
      return lost == 0 && duplicated == 0 && wrong == 0 && extra == 0;
    }
  }

  private final Rules rules;
  private final List<SentEvent> sent;
  private final Pseudonyms pseudonyms;
  private final List<String> examples = new ArrayList<>();
  private long lost;
  private long duplicated;
  private long wrong;
  private long extra;
  private long checked;

  private Oracle(Rules rules, List<SentEvent> sent) {
    this.rules = rules;
    this.sent = sent;
    this.pseudonyms = new Pseudonyms(rules.pseudonymKey());
  }

  /** Compares the tables with the ledger. */
  public static Verdict judge(Rules rules, List<SentEvent> ledger, FinalTables tables) {
    var oracle = new Oracle(rules, ledger);
    oracle.intake(tables.intake());
    oracle.features(tables.clock(), tables.features());
    oracle.decisions(tables.decisions());
    oracle.results(tables.decisions(), tables.results());
    return new Verdict(
        oracle.lost,
        oracle.duplicated,
        oracle.wrong,
        oracle.extra,
        oracle.checked,
        List.copyOf(oracle.examples));
  }

  private void lost(String what) {
    lost++;
    example("lost: " + what);
  }

  private void extra(String what) {
    extra++;
    example("extra: " + what);
  }

  private void wrong(String what, Object expected, Object found) {
    wrong++;
    example("wrong: " + what + " must be " + expected + ", is " + found);
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES) {
      examples.add(text);
    }
  }

  private void intake(Map<String, Long> counted) {
    Map<String, Long> expected =
        sent.stream().collect(Collectors.groupingBy(SentEvent::expected, Collectors.counting()));
    var outcomes = new HashSet<>(expected.keySet());
    outcomes.addAll(counted.keySet());
    for (String outcome : outcomes) {
      checked++;
      long difference = counted.getOrDefault(outcome, 0L) - expected.getOrDefault(outcome, 0L);
      if (difference != 0) {
        lost += Math.max(0, -difference);
        extra += Math.max(0, difference);
        example("intake: " + outcome + " differs by " + difference);
      }
    }
  }

  private Map<String, List<SentEvent>> byShopper() {
    return sent.stream()
        .filter(SentEvent::accepted)
        .collect(Collectors.groupingBy(event -> pseudonyms.of(event.shopper())));
  }

  private void features(Instant clock, Map<String, Map<String, Double>> rows) {
    long slide = rules.slide().toMillis();
    Instant boundary = Instant.ofEpochMilli(Math.floorDiv(clock.toEpochMilli(), slide) * slide);
    Map<String, List<SentEvent>> all = byShopper();
    all.forEach(
        (shopper, events) -> {
          if (events.stream().anyMatch(event -> event.at().isBefore(boundary))) {
            featuresOf(shopper, events, boundary, rows.get(shopper));
          }
        });
    rows.keySet().stream()
        .filter(shopper -> !all.containsKey(shopper))
        .forEach(shopper -> extra("features of " + shopper));
  }

  private void featuresOf(
      String shopper, List<SentEvent> events, Instant boundary, Map<String, Double> row) {
    if (row == null) {
      lost("features of " + shopper);
      return;
    }
    rules
        .windows()
        .forEach(
            (suffix, window) -> {
              List<SentEvent> inside =
                  events.stream()
                      .filter(
                          e ->
                              e.at().isBefore(boundary) && !e.at().isBefore(boundary.minus(window)))
                      .toList();
              feature(shopper, row, "views_" + suffix, count(inside, "Product Viewed"));
              feature(shopper, row, "searches_" + suffix, count(inside, "Products Searched"));
              feature(shopper, row, "cart_adds_" + suffix, count(inside, "Product Added"));
              feature(
                  shopper, row, "promotion_clicks_" + suffix, count(inside, "Promotion Clicked"));
              List<SentEvent> orders = of(inside, "Order Completed");
              feature(
                  shopper,
                  row,
                  "orders_" + suffix,
                  orders.stream().map(SentEvent::orderId).distinct().count());
              feature(
                  shopper,
                  row,
                  "spend_cents_" + suffix,
                  orders.stream().mapToLong(Oracle::net).sum());
              feature(
                  shopper,
                  row,
                  "returned_cents_" + suffix,
                  of(inside, "Order Refunded").stream().mapToLong(Oracle::net).sum());
              feature(
                  shopper,
                  row,
                  "distinct_products_" + suffix,
                  inside.stream()
                      .filter(e -> !e.event().equals("Order Refunded"))
                      .map(SentEvent::productId)
                      .filter(Objects::nonNull)
                      .distinct()
                      .count());
            });
  }

  private void feature(String shopper, Map<String, Double> row, String name, long expected) {
    checked++;
    Double found = row.get(name);
    if (found == null || found != (double) expected) {
      wrong(name + " of " + shopper, expected, found);
    }
  }

  private static List<SentEvent> of(List<SentEvent> events, String name) {
    return events.stream().filter(e -> e.event().equals(name)).toList();
  }

  private static long count(List<SentEvent> events, String name) {
    return of(events, name).size();
  }

  private static long net(SentEvent line) {
    return line.priceCents() - discount(line);
  }

  private static long discount(SentEvent line) {
    return line.discountCents() == null ? 0 : line.discountCents();
  }

  /** One decision per cart, and per visit that left a trace, none besides; reminders are free. */
  private void decisions(List<DecisionRow> rows) {
    Map<String, List<DecisionRow>> found =
        rows.stream()
            .filter(row -> !row.trigger().equals("ABANDONED_CART"))
            .collect(Collectors.groupingBy(DecisionRow::requestId));
    var expected = new ExpectedDecisions(sent, pseudonyms);
    for (String request : expected.requests()) {
      checked++;
      List<DecisionRow> made = found.getOrDefault(request, List.of());
      if (made.isEmpty()) {
        lost("decision on " + request);
      } else if (made.size() > 1) {
        duplicated += made.size() - 1;
        example("duplicated: decision on " + request);
      }
      made.forEach(row -> expected.problem(row).ifPresent(why -> misdecided(request, why)));
    }
    found.keySet().stream()
        .filter(request -> !expected.requests().contains(request))
        .forEach(request -> extra("decision on " + request));
    promotionsUsed(found);
  }

  private void misdecided(String request, String why) {
    wrong++;
    example("wrong: decision on " + request + ": " + why);
  }

  /** A promotion that an order used must be the one that was decided at its cart. */
  private void promotionsUsed(Map<String, List<DecisionRow>> found) {
    for (SentEvent order : sent) {
      if (order.accepted() && order.event().equals("Order Completed")) {
        checked++;
        String cart = "cart-" + order.id().substring("order-".length());
        List<DecisionRow> rows = found.getOrDefault(cart, List.of());
        String decided = rows.isEmpty() ? null : rows.get(0).promotion();
        if (!Objects.equals(decided, order.promotionId())) {
          wrong("promotion of " + cart, order.promotionId(), decided);
        }
      }
    }
  }

  private record Exposure(DecisionRow decision, Map<String, Double> outcome) {}

  private void results(List<DecisionRow> decisions, List<ResultRow> rows) {
    Map<String, List<SentEvent>> events = byShopper();
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
        duplicated++;
        example("duplicated: result " + row.key());
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
            lost("result " + key);
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
      extra("result " + row.key());
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
    checked++;
    boolean equal =
        found != null && Math.abs(found - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
    if (!equal) {
      wrong(what, expected, found);
    }
  }

  /** What a shopper did in the attribution window, by metric. */
  private Map<String, Double> outcome(DecisionRow exposure, List<SentEvent> events) {
    Instant end = exposure.at().plus(rules.attribution());
    List<SentEvent> inside =
        events.stream()
            .filter(e -> !e.at().isBefore(exposure.at()) && e.at().isBefore(end))
            .toList();
    Set<String> standing = new HashSet<>();
    long spend = 0;
    long profit = 0;
    long discount = 0;
    Function<SentEvent, Long> margin = e -> Math.round(ShopModel.MARGIN_SHARE * e.priceCents());
    for (SentEvent order : of(inside, "Order Completed")) {
      standing.add(order.orderId());
      spend += net(order);
      profit += margin.apply(order) - discount(order);
      discount += discount(order);
    }
    for (SentEvent refund : of(inside, "Order Refunded")) {
      standing.remove(refund.orderId());
      spend -= net(refund);
      profit -= margin.apply(refund) - discount(refund);
      discount -= discount(refund);
    }
    return Map.of(
        "conversion", standing.isEmpty() ? 0.0 : 1.0,
        "orders", (double) standing.size(),
        "spend", (double) spend,
        "profit", (double) profit,
        "discount", (double) discount);
  }
}
