package io.promoflow.models.training;

import io.promoflow.ingestion.schema.TrainingExample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Shoppers of three planted kinds, whose orders follow planted coefficients: log-odds = -1 + 1.2 *
 * views (standardised within their kind) - 0.8 * discount + 1 if they prefer tea.
 */
public final class Shoppers {
  public static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
  public static final Duration HORIZON = Duration.ofHours(12);

  /** Centres of the kinds: views, spend. */
  private static final double[][] KINDS = {{2, 1_000}, {10, 3_000}, {4, 20_000}};

  private Shoppers() {}

  /** One row of every shopper at a moment; the same moment and seed give the same rows. */
  public static List<TrainingExample> at(Instant at, int shoppers, long seed) {
    var random = new Random(seed * 31 + at.getEpochSecond());
    var rows = new ArrayList<TrainingExample>();
    for (int i = 0; i < shoppers; i++) {
      rows.add(shopper(i, at, random));
    }
    return rows;
  }

  private static TrainingExample shopper(int i, Instant at, Random random) {
    double[] kind = KINDS[i % KINDS.length];
    double views = random.nextGaussian();
    double discount = random.nextDouble();
    boolean tea = random.nextInt(3) == 0;
    double logOdds = -1 + 1.2 * views - 0.8 * discount + (tea ? 1 : 0);
    var values = new TreeMap<String, Double>();
    values.put("eagerness", views);
    values.put("views_7d", kind[0] + 0.3 * random.nextGaussian());
    values.put("spend_cents_7d", kind[1] * (1 + 0.05 * random.nextGaussian()));
    if (random.nextInt(10) > 0) {
      values.put("discounted_spend_share_7d", discount);
    }
    values.put("always_one", 1.0);
    return new TrainingExample(
        "shopper-" + i,
        at,
        at.plus(HORIZON),
        values,
        random.nextInt(20) == 0
            ? Map.of()
            : Map.of("preferred_category_7d", tea ? "tea" : i % 2 == 0 ? "cups" : "pots"),
        random.nextDouble() < 1 / (1 + Math.exp(-logOdds)),
        "test");
  }

  /** Rows of every twelve hours after {@code from} up to and with {@code to}. */
  public static List<TrainingExample> between(Instant from, Instant to, int shoppers, long seed) {
    var rows = new ArrayList<TrainingExample>();
    for (Instant at = from.plus(HORIZON); !at.isAfter(to); at = at.plus(HORIZON)) {
      rows.addAll(at(at, shoppers, seed));
    }
    return rows;
  }
}
