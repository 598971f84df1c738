package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Counts what the platform got wrong: recomputes the final tables from the shop's ledger, slowly
 * and plainly, with no code of the platform, and compares row by row.
 */
public final class Oracle {
  /**
   * What the oracle must know of the platform's settings.
   *
   * @param windows feature windows by their suffix, e.g. {@code 24h}
   * @param slide time between feature rows
   * @param attribution how long after exposure an outcome counts
   * @param evaluated last tick of evaluation that event time has passed
   * @param pseudonymKey key of the shopper pseudonyms
   */
  public record Rules(
      Map<String, Duration> windows,
      Duration slide,
      Duration attribution,
      Instant evaluated,
      String pseudonymKey) {}

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
  private final ExpectedViews views;
  private final Differences differences = new Differences();

  private Oracle(Rules rules, List<SentEvent> sent) {
    this.rules = rules;
    this.sent = sent;
    this.pseudonyms = new Pseudonyms(rules.pseudonymKey());
    this.views = new ExpectedViews(sent);
  }

  /** Compares the tables with the ledger. */
  public static Verdict judge(Rules rules, List<SentEvent> ledger, FinalTables tables) {
    var oracle = new Oracle(rules, ledger);
    oracle.intake(tables.intake());
    oracle.features(tables.clock(), tables.features());
    oracle.decisions(tables.decisions());
    new ResultOracle(rules, oracle.byShopper(), oracle.views, oracle.differences).judge(tables);
    return oracle.differences.verdict();
  }

  private void intake(Map<String, Long> counted) {
    Map<String, Long> expected =
        sent.stream().collect(Collectors.groupingBy(SentEvent::expected, Collectors.counting()));
    var outcomes = new HashSet<>(expected.keySet());
    outcomes.addAll(counted.keySet());
    for (String outcome : outcomes) {
      differences.checked();
      long difference = counted.getOrDefault(outcome, 0L) - expected.getOrDefault(outcome, 0L);
      if (difference != 0) {
        differences.differs("intake: " + outcome, difference);
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
        .forEach(shopper -> differences.extra("features of " + shopper));
  }

  private void featuresOf(
      String shopper, List<SentEvent> events, Instant boundary, Map<String, Double> row) {
    if (row == null) {
      differences.lost("features of " + shopper);
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
    differences.checked();
    Double found = row.get(name);
    if (found == null || found != (double) expected) {
      differences.wrong(name + " of " + shopper, expected, found);
    }
  }

  static List<SentEvent> of(List<SentEvent> events, String name) {
    return events.stream().filter(e -> e.event().equals(name)).toList();
  }

  private static long count(List<SentEvent> events, String name) {
    return of(events, name).size();
  }

  static long net(SentEvent line) {
    return line.priceCents() - discount(line);
  }

  static long discount(SentEvent line) {
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
      differences.checked();
      List<DecisionRow> made = found.getOrDefault(request, List.of());
      if (made.isEmpty()) {
        differences.lost("decision on " + request);
      } else if (made.size() > 1) {
        differences.duplicated("decision on " + request, made.size() - 1);
      }
      made.forEach(
          row ->
              expected
                  .problem(row)
                  .ifPresent(why -> differences.wrong("decision on " + request + ": " + why)));
    }
    found.keySet().stream()
        .filter(request -> !expected.requests().contains(request))
        .forEach(request -> differences.extra("decision on " + request));
    promotionsUsed(found);
  }

  /** A promotion that an order used must be the one that was decided, and shown, at its cart. */
  private void promotionsUsed(Map<String, List<DecisionRow>> found) {
    for (SentEvent order : sent) {
      if (order.accepted() && order.event().equals("Order Completed")) {
        differences.checked();
        String cart = "cart-" + order.id().substring("order-".length());
        List<DecisionRow> rows = found.getOrDefault(cart, List.of());
        boolean shown = !rows.isEmpty() && views.shows(rows.get(0));
        String decided = shown ? rows.get(0).promotion() : null;
        if (!Objects.equals(decided, order.promotionId())) {
          differences.wrong("promotion of " + cart, order.promotionId(), decided);
        }
      }
    }
  }
}
