package io.promoflow.deploy.shop.oracle;

import io.promoflow.deploy.shop.ledger.Act;
import io.promoflow.deploy.shop.ledger.SentEvent;
import io.promoflow.deploy.shop.oracle.FinalTables.Example;
import io.promoflow.deploy.shop.oracle.FinalTables.Features;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Features of one shopper, counted by walking over all events anew for every number. */
final class NaiveFeatures {
  private static final double DAY_MILLIS = 86_400_000;
  private static final double TOLERANCE = 1e-12;

  private final List<SentEvent> events;
  private final Map<String, Duration> windows;
  private final Duration longest;

  NaiveFeatures(List<SentEvent> events, Map<String, Duration> windows) {
    this.events = events;
    this.windows = windows;
    this.longest = windows.values().stream().max(Duration::compareTo).orElseThrow();
  }

  /** What a row should say. */
  private record Row(Map<String, Double> values, Map<String, String> categories) {}

  /**
   * What is wrong with the final row of the shopper: it must say what holds at its moment, nothing
   * may have changed since, and at the boundary before it must not have held yet.
   */
  String difference(Features found, Instant last, Duration slide) {
    Instant asOf = found.asOf();
    if (asOf.toEpochMilli() % slide.toMillis() != 0 || asOf.isAfter(last)) {
      return "as of " + asOf + " is no boundary that has passed";
    }
    String problem = difference(row(asOf), found);
    if (problem != null) {
      return problem + " as of " + asOf;
    }
    if (!row(last).equals(row(asOf))) {
      return "as of " + asOf + " is not the newest, " + last + " differs";
    }
    return row(asOf.minus(slide)).equals(row(asOf)) ? "as of " + asOf + " nothing changed" : null;
  }

  private static String difference(Row expected, Features found) {
    for (var entry : expected.values().entrySet()) {
      Double value = found.values().get(entry.getKey());
      if (value == null || isOff(entry.getValue(), value)) {
        return entry.getKey() + " expected " + entry.getValue() + ", is " + value;
      }
    }
    for (String name : found.values().keySet()) {
      if (isOfOurs(name) && !expected.values().containsKey(name)) {
        return name + " expected missing, is " + found.values().get(name);
      }
    }
    return expected.categories().equals(found.categories())
        ? null
        : "categories expected " + expected.categories() + ", are " + found.categories();
  }

  private static boolean isOff(double expected, double found) {
    return Math.abs(expected - found) > TOLERANCE * Math.max(1, Math.abs(expected));
  }

  /** Features that may be missing. */
  private static boolean isOfOurs(String name) {
    return name.startsWith("average_order_cents")
        || name.startsWith("discounted_spend_share")
        || name.equals("days_since_last_order");
  }

  private Row row(Instant asOf) {
    var values = new TreeMap<String, Double>();
    var categories = new TreeMap<String, String>();
    windows.forEach(
        (suffix, window) -> {
          List<SentEvent> inside = between(asOf.minus(window), asOf);
          numbers(inside, suffix, values);
          preferred(inside).ifPresent(c -> categories.put("preferred_category" + suffix, c));
        });
    between(asOf.minus(longest), asOf).stream()
        .filter(event -> event.act() == Act.ORDER)
        .mapToLong(event -> event.at().toEpochMilli())
        .max()
        .ifPresent(
            at -> values.put("days_since_last_order", (asOf.toEpochMilli() - at) / DAY_MILLIS));
    return new Row(values, categories);
  }

  private List<SentEvent> between(Instant from, Instant until) {
    return events.stream()
        .filter(event -> !event.at().isBefore(from) && event.at().isBefore(until))
        .toList();
  }

  private static void numbers(List<SentEvent> inside, String suffix, Map<String, Double> values) {
    Predicate<SentEvent> ordered = event -> event.act() == Act.ORDER;
    Predicate<SentEvent> reversed = event -> event.act().isReversal();
    Predicate<SentEvent> discounted = ordered.and(event -> event.discount() > 0);
    values.put("views" + suffix, count(inside, Act.VIEW));
    values.put("searches" + suffix, count(inside, Act.SEARCH));
    values.put("cart_adds" + suffix, count(inside, Act.ADD));
    values.put("promotion_clicks" + suffix, count(inside, Act.CLICK_PROMOTION));
    values.put("coupons_redeemed" + suffix, count(inside, Act.REDEEM));
    double orders = inside.stream().filter(ordered).map(SentEvent::orderId).distinct().count();
    double net = net(inside, ordered);
    values.put("orders" + suffix, orders);
    values.put("spend_cents" + suffix, net);
    values.put("returned_cents" + suffix, net(inside, reversed));
    values.put("distinct_products" + suffix, distinct(inside.stream(), SentEvent::product));
    values.put("distinct_categories" + suffix, distinct(inside.stream(), SentEvent::category));
    if (orders > 0) {
      values.put("average_order_cents" + suffix, net / orders);
      values.put(
          "discounted_spend_share" + suffix, gross(inside, discounted) / gross(inside, ordered));
    }
  }

  private static double count(List<SentEvent> events, Act act) {
    return events.stream().filter(event -> event.act() == act).count();
  }

  private static double net(List<SentEvent> events, Predicate<SentEvent> which) {
    return events.stream().filter(which).mapToLong(e -> e.grossCents() - e.discount()).sum();
  }

  private static double gross(List<SentEvent> events, Predicate<SentEvent> which) {
    return events.stream().filter(which).mapToLong(SentEvent::grossCents).sum();
  }

  private static boolean isAboutProduct(SentEvent event) {
    return event.act() == Act.VIEW || event.act() == Act.ADD || event.act() == Act.ORDER;
  }

  private static double distinct(
      Stream<SentEvent> events, java.util.function.Function<SentEvent, String> text) {
    return events.filter(NaiveFeatures::isAboutProduct).map(text).distinct().count();
  }

  private static java.util.Optional<String> preferred(List<SentEvent> inside) {
    var counts = new HashMap<String, Integer>();
    inside.stream()
        .filter(NaiveFeatures::isAboutProduct)
        .forEach(event -> counts.merge(event.category(), 1, Integer::sum));
    return counts.keySet().stream()
        .min(
            java.util.Comparator.comparing((String c) -> -counts.get(c))
                .thenComparing(java.util.Comparator.naturalOrder()));
  }

  /** The training examples whose horizon has passed. */
  List<Example> examples(String shopper, Duration every, Duration horizon, Instant last) {
    var examples = new ArrayList<Example>();
    long step = every.toMillis();
    long first = events.stream().mapToLong(e -> e.at().toEpochMilli()).min().orElseThrow();
    for (long at = first - first % step + step;
        at + horizon.toMillis() <= last.toEpochMilli();
        at += step) {
      Instant moment = Instant.ofEpochMilli(at);
      Instant labelled = moment.plus(horizon);
      if (!between(moment.minus(longest), moment).isEmpty()) {
        boolean ordered =
            between(moment, labelled).stream().anyMatch(event -> event.act() == Act.ORDER);
        examples.add(new Example(shopper, moment, labelled, ordered));
      }
    }
    return examples;
  }
}
