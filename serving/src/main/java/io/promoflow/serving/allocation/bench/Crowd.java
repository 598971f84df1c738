package io.promoflow.serving.allocation.bench;

import io.promoflow.serving.allocation.Limits;
import io.promoflow.serving.allocation.Offer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Simulated shoppers: carts are lognormal around 60, and each shopper is persuadable, a sure thing,
 * a lost cause or a sleeping dog, which says how the order probability answers to a promotion.
 *
 * <p>Five of the ten promotions have a budget and two a stock, each about a third of what would be
 * used without limits.
 */
final class Crowd {
  static final int PROMOTIONS = 10;
  static final int BUDGETS = 5;
  static final int STOCKS = 2;

  private static final double MARGIN = 0.4;
  private static final double TIGHT = 0.33;

  private final Random random;

  Crowd(long seed) {
    random = new Random(seed);
  }

  /**
   * What each shopper could be given.
   *
   * @param persuadable share of them, 0 to 0.7
   */
  List<List<Offer>> shoppers(int count, double persuadable) {
    var shoppers = new ArrayList<List<Offer>>();
    for (int i = 0; i < count; i++) {
      shoppers.add(offers(persuadable));
    }
    return shoppers;
  }

  private List<Offer> offers(double persuadable) {
    double cart = 6_000 * Math.exp(0.6 * random.nextGaussian());
    double kind = random.nextDouble();
    double without = kind < persuadable ? 0.15 : kind < 0.7 ? 0.75 : kind < 0.9 ? 0.05 : 0.4;
    double lift = kind < persuadable ? 0.3 : kind < 0.7 ? 0.03 : kind < 0.9 ? 0.02 : -0.1;
    double p = clamp(without + 0.1 * random.nextGaussian());
    var offers = new ArrayList<Offer>();
    for (int j = 0; j < PROMOTIONS; j++) {
      double cost = j % 2 == 0 ? cart * (0.03 + 0.02 * j) : 150 + 120 * j;
      double response = clamp(p + lift * (0.4 + random.nextDouble() + 0.08 * j));
      double gain = response * (MARGIN * cart - cost) - p * MARGIN * cart;
      offers.add(new Offer("p" + j, gain, response * cost, response));
    }
    return offers;
  }

  private static double clamp(double probability) {
    return Math.max(0.01, Math.min(0.99, probability));
  }

  /** Limits that bind, from what the shoppers would take without any. */
  static Limits limits(List<List<Offer>> shoppers) {
    var cents = new HashMap<String, Double>();
    var units = new HashMap<String, Double>();
    for (List<Offer> offers : shoppers) {
      Offer best = null;
      for (Offer offer : offers) {
        best = offer.gainCents() > (best == null ? 0 : best.gainCents()) ? offer : best;
      }
      if (best != null) {
        cents.merge(best.promotionId(), best.budgetCents() * TIGHT, Double::sum);
        units.merge(best.promotionId(), best.units() * TIGHT, Double::sum);
      }
    }
    return new Limits(numbered(cents, 0, BUDGETS), numbered(units, BUDGETS, STOCKS), null);
  }

  /** Whole cents and units, as rules have them. */
  private static Map<String, Double> numbered(Map<String, Double> all, int from, int count) {
    var some = new HashMap<String, Double>();
    for (int j = from; j < from + count; j++) {
      some.put("p" + j, Math.floor(all.getOrDefault("p" + j, 0.0)));
    }
    return some;
  }
}
