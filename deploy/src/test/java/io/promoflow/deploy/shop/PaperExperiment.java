package io.promoflow.deploy.shop;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * The demo's experiment on paper: no platform, only the model, a position per shopper as serving
 * draws it, a tenth of the shoppers held out, and the weights that the policy of {@code
 * demo/rules.yaml} would move at midnight.
 */
final class PaperExperiment {
  private static final Duration WINDOW = Duration.ofDays(3);
  private static final Instant FROM = Instant.parse("2026-01-10T12:00:00Z");
  private static final AlwaysValid INTERVAL = new AlwaysValid(0.05, 1000);
  private static final int MINIMUM_UNITS = 60;
  private static final double FLOOR = 0.1;
  private static final double STEP = 0.4;
  private static final double EVEN = 0.5;
  private static final double HELD_OUT = 0.1;

  private final ShopModel model;
  private final IntFunction<String> segmentOf;
  private final boolean sameInBoth;
  private final java.util.Random positions;
  private final Map<Integer, Double> position = new HashMap<>();
  private final Set<Integer> heldOut = new HashSet<>();
  private final Map<String, Double> weightOfOffer = new TreeMap<>();
  private final Map<Integer, Exposed> exposed = new TreeMap<>();
  private final Map<Integer, List<Money>> earned = new HashMap<>();
  private final Map<Integer, List<Money>> earnedUnpromoted = new HashMap<>();
  private final Map<Integer, Instant> firstVisit = new TreeMap<>();
  private long gainedCents;

  private record Exposed(String segment, boolean offered, Instant at) {}

  private record Money(Instant at, long cents) {}

  PaperExperiment(ShopModel model, IntFunction<String> segmentOf, boolean sameInBoth) {
    this.model = model;
    this.segmentOf = segmentOf;
    this.sameInBoth = sameInBoth;
    this.positions = new java.util.Random(~model.seed());
  }

  void run() {
    for (int shopper = 0; shopper < model.shoppers(); shopper++) {
      position.put(shopper, positions.nextDouble());
      if (positions.nextDouble() < HELD_OUT) {
        heldOut.add(shopper);
      }
    }
    for (int phase = 0; phase < Calendar.PHASES; phase++) {
      if (phase % 2 == 0) {
        adjust(Calendar.start(phase).minus(Duration.ofHours(6)));
      }
      for (int shopper = 0; shopper < model.shoppers(); shopper++) {
        if (model.visits(shopper, phase)) {
          visit(shopper, phase);
        }
      }
    }
  }

  private void visit(int shopper, int phase) {
    Instant at = Calendar.browsing(phase, 0.9 * model.visitTime(shopper, phase));
    if (at.isBefore(FROM)) {
      return;
    }
    firstVisit.putIfAbsent(shopper, at);
    if (model.addsToCart(shopper, phase)) {
      boolean promoted =
          !heldOut.contains(shopper)
              && model.rendersOffer(shopper, phase)
              && promotes(shopper, Calendar.answering(phase, model.orderTime(shopper, phase)));
      gainedCents +=
          model.cartProfitCents(shopper, phase, promoted)
              - model.cartProfitCents(shopper, phase, false);
      order(shopper, phase, promoted, earned);
      order(shopper, phase, false, earnedUnpromoted);
    }
  }

  /** Who is shown something, is exposed from then on. */
  private boolean promotes(int shopper, Instant at) {
    String segment = segmentOf.apply(shopper);
    boolean offered = position.get(shopper) >= 1 - weightOfOffer(segment);
    exposed.putIfAbsent(shopper, new Exposed(segment, offered, at));
    return offered && !sameInBoth;
  }

  private void order(int shopper, int phase, boolean promoted, Map<Integer, List<Money>> purses) {
    if (model.orders(shopper, phase, promoted)) {
      long basket = model.basketCents(shopper, phase);
      long discount = promoted ? ShopModel.discountCents(basket) : 0;
      long profit = Math.round(ShopModel.MARGIN_SHARE * basket) - discount;
      List<Money> purse = purses.computeIfAbsent(shopper, s -> new ArrayList<>());
      purse.add(new Money(Calendar.answering(phase, model.orderTime(shopper, phase)), profit));
      if (model.refunds(shopper, phase)) {
        purse.add(new Money(Calendar.answering(phase + 1, 0.5), -profit));
      }
    }
  }

  private void adjust(Instant tick) {
    for (String segment : segments()) {
      Comparison comparison = compare(segment, tick);
      boolean ready =
          comparison.variant().units() >= MINIMUM_UNITS
              && comparison.control().units() >= MINIMUM_UNITS;
      if (ready && isFound(comparison)) {
        double moved = weightOfOffer(segment) + Math.signum(comparison.difference()) * STEP;
        weightOfOffer.put(segment, Math.min(1 - FLOOR, Math.max(FLOOR, moved)));
      }
    }
  }

  private static boolean isFound(Comparison comparison) {
    return Math.abs(comparison.difference()) > INTERVAL.halfWidth(comparison);
  }

  private List<String> segments() {
    return exposed.values().stream().map(Exposed::segment).distinct().sorted().toList();
  }

  double weightOfOffer(String segment) {
    return weightOfOffer.getOrDefault(segment, EVEN);
  }

  /** What the offers brought over never promoting, with the same luck, in cents. */
  long gainedCents() {
    return gainedCents;
  }

  /** -1, 0 or 1: what the always-valid interval of profit says at the end. */
  int verdict(String segment) {
    Comparison comparison = compare(segment, Instant.MAX);
    return isFound(comparison) ? (int) Math.signum(comparison.difference()) : 0;
  }

  /** Whether the interval of what the loop brought holds what it really was. */
  boolean loopIntervalHoldsTheTruth() {
    var promoted = new ArrayList<Long>();
    var control = new ArrayList<Long>();
    var truth = new ArrayList<Long>();
    firstVisit.forEach(
        (shopper, at) -> {
          long value = value(earned, shopper, at, Instant.MAX);
          if (heldOut.contains(shopper)) {
            control.add(value);
          } else {
            promoted.add(value);
            truth.add(value - value(earnedUnpromoted, shopper, at, Instant.MAX));
          }
        });
    Comparison comparison = Comparison.of(group(promoted), group(control), 0.05);
    return Math.abs(comparison.difference() - group(truth).mean())
        <= INTERVAL.halfWidth(comparison);
  }

  private Comparison compare(String segment, Instant until) {
    return Comparison.of(group(segment, true, until), group(segment, false, until), 0.05);
  }

  private Group group(String segment, boolean offered, Instant until) {
    var values = new ArrayList<Long>();
    exposed.forEach(
        (shopper, one) -> {
          boolean inGroup = one.offered() == offered && one.segment().equals(segment);
          if (inGroup && !one.at().isAfter(until)) {
            values.add(value(earned, shopper, one.at(), until));
          }
        });
    return group(values);
  }

  private static Group group(List<Long> values) {
    double mean = values.stream().mapToLong(v -> v).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new Group(values.size(), mean, squares / (values.size() - 1));
  }

  private static long value(
      Map<Integer, List<Money>> purses, int shopper, Instant from, Instant until) {
    Instant end = from.plus(WINDOW);
    return purses.getOrDefault(shopper, List.of()).stream()
        .filter(money -> !money.at().isBefore(from) && money.at().isBefore(end))
        .filter(money -> !money.at().isAfter(until))
        .mapToLong(Money::cents)
        .sum();
  }
}
