package io.promoflow.serving.allocation.bench;

import io.promoflow.serving.allocation.Allocation;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.Limits;
import io.promoflow.serving.allocation.Offer;
import io.promoflow.serving.allocation.Pacing;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides shoppers one after the other, as they come, knowing only those that came before: prices
 * are made anew every slide, from a sample of the newest decisions and what is left to give, and
 * are corrected by pacing. Nothing is given beyond a limit.
 */
final class Stream {
  private final Limits limits;
  private final int expected;
  private final int slide;
  private final Deque<List<Offer>> sample;
  private final Map<String, Double> spent = new HashMap<>();
  private final Map<String, Double> used = new HashMap<>();
  private double contacts;
  private double profit;
  private int decided;
  private DualPrices prices;

  /**
   * A stream.
   *
   * @param limits over all of it
   * @param expected shoppers
   * @param slide shoppers between new prices
   * @param before what shoppers before it could have been given: the first sample, and the size of
   *     all later ones
   */
  Stream(Limits limits, int expected, int slide, List<List<Offer>> before) {
    this.limits = limits;
    this.expected = expected;
    this.slide = slide;
    this.sample = new ArrayDeque<>(before);
  }

  /** Profit of all, in cents. */
  double decide(List<List<Offer>> shoppers) {
    for (List<Offer> offers : shoppers) {
      if (decided % slide == 0) {
        prices = newPrices();
      }
      List<Offer> possible = offers.stream().filter(this::isLeft).toList();
      Allocation.best(possible, prices).ifPresent(this::give);
      decided++;
      sample.pollFirst();
      sample.addLast(offers);
    }
    return profit;
  }

  private DualPrices newPrices() {
    double share = sample.size() / (double) (expected - decided);
    var left =
        new Limits(
            left(limits.budgetCents(), spent),
            left(limits.units(), used),
            Math.max(0, limits.contacts() - contacts));
    DualPrices solved =
        Allocation.solve(sample, left.times(share)).named("at " + decided, Instant.EPOCH);
    return Pacing.corrected(
        solved, multipliers(limits.budgetCents(), spent), multipliers(limits.units(), used));
  }

  private static Map<String, Double> left(Map<String, Double> all, Map<String, Double> gone) {
    var left = new HashMap<String, Double>();
    all.forEach((id, amount) -> left.put(id, Math.max(0, amount - gone.getOrDefault(id, 0.0))));
    return left;
  }

  private Map<String, Double> multipliers(Map<String, Double> all, Map<String, Double> gone) {
    var multipliers = new HashMap<String, Double>();
    all.forEach(
        (id, total) ->
            multipliers.put(
                id,
                Pacing.multiplier(gone.getOrDefault(id, 0.0), total * decided / expected, total)));
    return multipliers;
  }

  private boolean isLeft(Offer offer) {
    String id = offer.promotionId();
    return isWithin(limits.budgetCents().get(id), spent.get(id), offer.budgetCents())
        && isWithin(limits.units().get(id), used.get(id), offer.units())
        && contacts + 1 <= limits.contacts();
  }

  private static boolean isWithin(Double limit, Double gone, double more) {
    return limit == null || (gone == null ? 0 : gone) + more <= limit;
  }

  private void give(Offer offer) {
    profit += offer.gainCents();
    spent.merge(offer.promotionId(), offer.budgetCents(), Double::sum);
    used.merge(offer.promotionId(), offer.units(), Double::sum);
    contacts++;
  }
}
