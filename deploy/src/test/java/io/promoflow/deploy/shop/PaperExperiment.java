package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.Season.Phase;
import io.promoflow.deploy.shop.ShopModel.Afterwards;
import io.promoflow.deploy.shop.ShopModel.Reaction;
import io.promoflow.deploy.shop.ShopModel.Shopper;
import io.promoflow.deploy.shop.ShopModel.Visit;
import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The demo's experiment on paper: no platform, only the model, a coin per shopper, and the weights
 * that the policy of the demo would move at midnight.
 */
final class PaperExperiment {
  private static final Duration WINDOW = Duration.ofDays(3);
  private static final AlwaysValid INTERVAL = new AlwaysValid(0.05, 1000);
  private static final int MINIMUM_UNITS = 60;
  private static final double FLOOR = 0.1;
  private static final double EVEN = 0.5;
  private static final double STEP = 0.2;

  private final ShopModel model;
  private final Season season = Season.fortnight();
  private final Function<Shopper, String> segment;
  private final boolean sameInBoth;
  private final Draws coin;
  private final Map<String, Double> shareWithOffer = new TreeMap<>();
  private final Map<Integer, Exposed> exposed = new TreeMap<>();

  private record Exposed(String segment, boolean offered, Instant at) {}

  private record Money(Instant at, long cents) {}

  private final Map<Integer, List<Money>> earned = new HashMap<>();

  PaperExperiment(long seed, int shoppers, Function<Shopper, String> segment, boolean sameInBoth) {
    this.model = new ShopModel(seed, shoppers);
    this.segment = segment;
    this.sameInBoth = sameInBoth;
    this.coin = new Draws(~seed);
  }

  /** Runs the fortnight; the intervals of profit by segment, and the weights that were reached. */
  void run() {
    for (Phase phase : season.phases()) {
      if (season.isExperimenting(phase)) {
        if (phase.isMorning()) {
          adjust(phase.start().minus(Season.QUARTER_DAY));
        }
        model.shoppers().stream()
            .flatMap(shopper -> model.visit(shopper, phase).stream())
            .filter(visit -> visit.cart() != null)
            .forEach(this::decide);
      }
    }
  }

  private void decide(Visit visit) {
    Shopper shopper = visit.shopper();
    String group = segment.apply(shopper);
    double share = shareWithOffer.getOrDefault(group, EVEN);
    boolean offered = coin.uniform(shopper.index(), 0, Draws.Purpose.TYPE) >= 1 - share;
    exposed.putIfAbsent(shopper.index(), new Exposed(group, offered, visit.at()));
    Reaction reaction = model.react(visit, offered && !sameInBoth);
    if (reaction.ordered()) {
      long profit = Terms.profitCents(visit.cart().grossCents(), reaction.discountCents());
      earn(shopper, visit.reactsAt(), profit);
      Afterwards afterwards = model.afterwards(shopper, visit.phase().index());
      if (afterwards != Afterwards.KEPT) {
        var back = Season.HALF_DAY.multipliedBy(afterwards.halfDays());
        earn(shopper, visit.reactsAt().plus(back), -profit);
      }
    }
  }

  private void earn(Shopper shopper, Instant at, long cents) {
    earned.computeIfAbsent(shopper.index(), i -> new ArrayList<>()).add(new Money(at, cents));
  }

  private void adjust(Instant tick) {
    for (String group : segments()) {
      Comparison comparison = compare(group, tick);
      boolean ready =
          comparison.variant().units() >= MINIMUM_UNITS
              && comparison.control().units() >= MINIMUM_UNITS;
      if (ready && Math.abs(comparison.difference()) > INTERVAL.halfWidth(comparison)) {
        double moved = shareWithOffer(group) + Math.signum(comparison.difference()) * STEP;
        shareWithOffer.put(group, Math.min(1 - FLOOR, Math.max(FLOOR, moved)));
      }
    }
  }

  List<String> segments() {
    return exposed.values().stream().map(Exposed::segment).distinct().sorted().toList();
  }

  double shareWithOffer(String group) {
    return shareWithOffer.getOrDefault(group, EVEN);
  }

  /** -1, 0 or 1: what the always-valid interval of profit says at the end. */
  int verdict(String group) {
    Comparison comparison = compare(group, Instant.MAX);
    return Math.abs(comparison.difference()) > INTERVAL.halfWidth(comparison)
        ? (int) Math.signum(comparison.difference())
        : 0;
  }

  Comparison compare(String group, Instant until) {
    return Comparison.of(estimate(group, true, until), estimate(group, false, until), 0.05);
  }

  private Group estimate(String group, boolean offered, Instant until) {
    var values = new ArrayList<Long>();
    exposed.forEach(
        (index, one) -> {
          if (one.offered() == offered && one.segment().equals(group) && !one.at().isAfter(until)) {
            values.add(value(index, one, until));
          }
        });
    double mean = values.stream().mapToLong(v -> v).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new Group(values.size(), mean, squares / (values.size() - 1));
  }

  private long value(int index, Exposed one, Instant until) {
    Instant end = one.at().plus(WINDOW);
    return earned.getOrDefault(index, List.of()).stream()
        .filter(m -> m.at().isBefore(end) && !m.at().isAfter(until))
        .mapToLong(Money::cents)
        .sum();
  }
}
