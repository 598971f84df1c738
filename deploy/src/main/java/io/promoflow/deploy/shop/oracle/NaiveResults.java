package io.promoflow.deploy.shop.oracle;

import io.promoflow.deploy.shop.ledger.Act;
import io.promoflow.deploy.shop.ledger.SentEvent;
import io.promoflow.deploy.shop.oracle.FinalTables.Decided;
import io.promoflow.deploy.shop.oracle.FinalTables.Result;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Results of experiments, from the list of every exposed shopper's outcomes. */
final class NaiveResults {
  private static final String CONTROL = "control";
  private static final String ALL = "all";
  private static final String NONE = "none";
  private static final double TOLERANCE = 1e-9;
  private static final List<String> METRICS =
      List.of("conversion", "orders", "spend", "profit", "discount", "ctr");

  private final Map<String, List<SentEvent>> events;
  private final Duration window;

  NaiveResults(Map<String, List<SentEvent>> events, Duration window) {
    this.events = events;
    this.window = window;
  }

  /** What one shopper brought; {@code below} is the denominator of a ratio. */
  private record Brought(Map<String, Long> above, long views) {}

  /** Number of shoppers, mean and variance. */
  private record Estimate(long units, Double mean, Double variance) {}

  /** What the tables should hold, given the decisions; by key. */
  Map<String, Result> expected(List<Decided> decisions) {
    var cells = new TreeMap<String, Map<String, Map<String, List<Brought>>>>();
    for (Decided first : exposures(decisions)) {
      Brought brought = brought(first);
      String segment = first.segment() == null ? NONE : first.segment();
      var bySegment = cells.computeIfAbsent(first.experiment(), e -> new TreeMap<>());
      for (String group : List.of(ALL, segment)) {
        bySegment
            .computeIfAbsent(group, s -> new TreeMap<>())
            .computeIfAbsent(first.variant(), v -> new ArrayList<>())
            .add(brought);
      }
    }
    var expected = new TreeMap<String, Result>();
    cells.forEach(
        (experiment, bySegment) ->
            bySegment.forEach(
                (segment, byVariant) ->
                    rows(experiment, segment, byVariant)
                        .forEach(row -> expected.put(row.key(), row))));
    return expected;
  }

  /** The earliest decision of every shopper under every experiment. */
  private static List<Decided> exposures(List<Decided> decisions) {
    var first = new HashMap<String, Decided>();
    for (Decided decided : decisions) {
      if (decided.experiment() != null && decided.variant() != null) {
        first.merge(decided.experiment() + " " + decided.shopper(), decided, NaiveResults::earlier);
      }
    }
    return List.copyOf(first.values());
  }

  private static Decided earlier(Decided one, Decided other) {
    int order = one.at().compareTo(other.at());
    if (order == 0) {
      order = one.decisionId().compareTo(other.decisionId());
    }
    return order <= 0 ? one : other;
  }

  private Brought brought(Decided exposure) {
    Instant until = exposure.at().plus(window);
    var placed = new HashSet<String>();
    var reversed = new HashSet<String>();
    long gross = 0;
    long discount = 0;
    long views = 0;
    long clicks = 0;
    for (SentEvent event : events.getOrDefault(exposure.shopper(), List.of())) {
      if (event.at().isBefore(exposure.at()) || !event.at().isBefore(until)) {
        continue;
      }
      int sign = event.act() == Act.ORDER ? 1 : event.act().isReversal() ? -1 : 0;
      gross += sign * event.grossCents();
      discount += sign * event.discount();
      views += event.act() == Act.SEE_PROMOTION ? 1 : 0;
      clicks += event.act() == Act.CLICK_PROMOTION ? 1 : 0;
      if (sign != 0) {
        (sign > 0 ? placed : reversed).add(event.orderId());
      }
    }
    placed.removeAll(reversed);
    var above = new HashMap<String, Long>();
    above.put("conversion", placed.isEmpty() ? 0L : 1L);
    above.put("orders", (long) placed.size());
    above.put("spend", gross - discount);
    // prices are whole tens of cents, so 30 percent of them is whole
    above.put("profit", gross * 3 / 10 - discount);
    above.put("discount", discount);
    above.put("ctr", clicks);
    return new Brought(above, views);
  }

  private static List<Result> rows(
      String experiment, String segment, Map<String, List<Brought>> byVariant) {
    var rows = new ArrayList<Result>();
    byVariant.forEach(
        (variant, shoppers) -> {
          if (!variant.equals(CONTROL)) {
            List<Brought> controls = byVariant.getOrDefault(CONTROL, List.of());
            for (String metric : METRICS) {
              Estimate ours = estimate(shoppers, metric);
              Estimate theirs = estimate(controls, metric);
              rows.add(
                  new Result(
                      experiment,
                      variant,
                      metric,
                      segment,
                      ours.units(),
                      theirs.units(),
                      ours.mean(),
                      theirs.mean(),
                      ours.variance(),
                      theirs.variance()));
            }
          }
        });
    return rows;
  }

  private static Estimate estimate(List<Brought> shoppers, String metric) {
    long n = shoppers.size();
    if (n == 0) {
      return new Estimate(0, null, null);
    }
    if (metric.equals("ctr")) {
      return ratio(shoppers);
    }
    BigDecimal sum = BigDecimal.ZERO;
    for (Brought one : shoppers) {
      sum = sum.add(BigDecimal.valueOf(one.above().get(metric)));
    }
    BigDecimal mean = sum.divide(BigDecimal.valueOf(n), MathContext.DECIMAL128);
    BigDecimal squares = BigDecimal.ZERO;
    for (Brought one : shoppers) {
      BigDecimal off = BigDecimal.valueOf(one.above().get(metric)).subtract(mean);
      squares = squares.add(off.multiply(off));
    }
    Double variance =
        n < 2
            ? null
            : (Double)
                squares.divide(BigDecimal.valueOf(n - 1), MathContext.DECIMAL128).doubleValue();
    return new Estimate(n, mean.doubleValue(), variance);
  }

  /** Clicks per view: the variance is that of clicks − ratio × views, over the mean of views². */
  private static Estimate ratio(List<Brought> shoppers) {
    long n = shoppers.size();
    double clicks = shoppers.stream().mapToLong(one -> one.above().get("ctr")).sum();
    double views = shoppers.stream().mapToLong(Brought::views).sum();
    if (views == 0) {
      return new Estimate(n, null, null);
    }
    double ratio = clicks / views;
    double squares = 0;
    for (Brought one : shoppers) {
      double off = one.above().get("ctr") - ratio * one.views();
      squares += off * off;
    }
    double meanViews = views / n;
    Double variance = n < 2 ? null : (Double) (squares / (n - 1) / (meanViews * meanViews));
    return new Estimate(n, ratio, variance);
  }

  /** Null when they agree. */
  static String difference(Result expected, Result found) {
    boolean same =
        expected.units() == found.units()
            && expected.controlUnits() == found.controlUnits()
            && isClose(expected.mean(), found.mean())
            && isClose(expected.controlMean(), found.controlMean())
            && isClose(expected.variance(), found.variance())
            && isClose(expected.controlVariance(), found.controlVariance());
    return same ? null : "expected " + expected + ", is " + found;
  }

  private static boolean isClose(Double expected, Double found) {
    if (expected == null || found == null) {
      return expected == null && found == null;
    }
    return Math.abs(expected - found) <= TOLERANCE * Math.max(1, Math.abs(expected));
  }
}
