package io.promoflow.deploy.bench.evaluation;

import io.promoflow.evaluation.Attribution;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.Outcome;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * An experiment's exposures, and what its shoppers did. Made of a seed, so that every process has
 * the same.
 *
 * @param exposures one per shopper, whose number is its place
 * @param orders in no order of time
 */
record ShopperOutcomes(List<Exposure> exposures, List<Order> orders) {
  static final String EXPERIMENT = "bench";
  static final String TREATMENT = "ten-off";
  static final String CONTROL = "control";
  static final Duration WINDOW = Duration.ofDays(3);
  static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  private static final double MARGIN_SHARE = 0.3;
  private static final int SECONDS_OF_EXPOSURE = 7 * 86_400;
  private static final int SECONDS_OF_OUTCOMES = 5 * 86_400;
  private static final long SEED = 20_260_105L;

  /**
   * @param shopper number of who placed it
   * @param placed its only line
   */
  record Order(int shopper, Outcome placed) {}

  /** So many orders of so many shoppers, before and after they were exposed. */
  static ShopperOutcomes of(int shoppers, int orders) {
    var made = new ShopperOutcomes(new ArrayList<>(shoppers), new ArrayList<>(orders));
    var random = new SplittableRandom(SEED);
    for (int i = 0; i < shoppers; i++) {
      made.exposures.add(exposure(i, random));
    }
    for (int i = 0; i < orders; i++) {
      made.orders.add(order(i, random.nextInt(shoppers), random));
    }
    return made;
  }

  private static Exposure exposure(int shopper, SplittableRandom random) {
    Instant at = START.plusSeconds(random.nextInt(SECONDS_OF_EXPOSURE));
    String variant = random.nextBoolean() ? TREATMENT : CONTROL;
    var seen =
        new Exposure.Sighting(variant, Exposure.NO_SEGMENT, at.toEpochMilli(), "d" + shopper, 1);
    return new Exposure(EXPERIMENT, new ArrayList<>(List.of(seen)), null);
  }

  private static Order order(int number, int shopper, SplittableRandom random) {
    Instant at = START.plusSeconds(random.nextInt(SECONDS_OF_EXPOSURE + SECONDS_OF_OUTCOMES));
    long gross = 10L * (1 + random.nextInt(1_000)); // a margin in whole cents
    long discount = random.nextInt(4) == 0 ? gross / 10 : 0;
    return new Order(
        shopper,
        new Outcome(
            "e" + number,
            ShopEventType.ORDER_PLACED,
            at.toEpochMilli(),
            "o" + number,
            "p",
            1,
            gross,
            discount,
            null,
            null));
  }

  /**
   * What the job sums of these, by its own classes: a cell per variant.
   *
   * @param covariate how long before the exposure CUPED looks
   */
  Map<String, CellSums> cells(Duration covariate) {
    var byShopper = new HashMap<Integer, List<Outcome>>();
    for (Order order : orders) {
      byShopper.computeIfAbsent(order.shopper(), id -> new ArrayList<>()).add(order.placed());
    }
    var attribution =
        new Attribution(WINDOW.toMillis(), covariate.toMillis(), WINDOW.toMillis(), MARGIN_SHARE);
    var cells = new HashMap<String, CellSums>();
    for (int i = 0; i < exposures.size(); i++) {
      attribution
          .contributions(exposures.get(i), byShopper.getOrDefault(i, List.of()))
          .forEach((key, sums) -> cells.merge(key.variant(), sums, CellSums::plus));
    }
    return cells;
  }
}
