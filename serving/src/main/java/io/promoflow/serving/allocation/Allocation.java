package io.promoflow.serving.allocation;

import io.promoflow.serving.allocation.DualPrices.Price;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The best that could be made of limited budgets, stock and contacts: each decision gives at most
 * one offer, and the sum of what the offers use stays within the limits. This is the
 * multiple-choice knapsack problem; its linear relaxation is solved by its dual (Kellerer,
 * Pferschy, Pisinger, <i>Knapsack Problems</i>, 2004, ch. 11; Dantzig, Wolfe, 1960), whose solution
 * are the prices.
 *
 * @param prices by promotion with a limit
 * @param contactCents of one offer; 0 without a limit on contacts
 * @param profitCents expected incremental profit of the relaxation: no allocation brings more
 */
public record Allocation(Map<String, Price> prices, double contactCents, double profitCents) {

  /**
   * Solves.
   *
   * @param sample of each decision, what it could have given
   * @param limits over the whole sample
   * @throws UnsolvedException when no prices are found
   */
  public static Allocation solve(Collection<List<Offer>> sample, Limits limits) {
    Resources resources = Resources.of(limits);
    DualSolution solution = minimum(new DualFunction(sample, resources));
    double[] prices = solution.prices();
    var byPromotion = new HashMap<String, Price>();
    for (String promotion : resources.promotions()) {
      byPromotion.put(
          promotion,
          new Price(
              at(prices, resources.budget(promotion)), at(prices, resources.stock(promotion))));
    }
    return new Allocation(
        Map.copyOf(byPromotion), at(prices, resources.contacts()), solution.value());
  }

  /** Whatever a solver throws at unusual numbers, and ours when it finds nothing. */
  private static DualSolution minimum(DualFunction dual) {
    try {
      return new CuttingPlanes(dual).minimum();
    } catch (RuntimeException e) {
      throw new UnsolvedException(e);
    }
  }

  private static double at(double[] prices, int resource) {
    return resource == Resources.UNLIMITED ? 0 : prices[resource];
  }

  /** The prices under a name. */
  public DualPrices named(String version, Instant at) {
    return new DualPrices(version, at, prices, contactCents);
  }

  /**
   * What to give at prices: the offer of which most is left when others are paid, if anything is.
   */
  public static Optional<Offer> best(List<Offer> offers, DualPrices prices) {
    return offers.stream()
        .filter(offer -> net(offer, prices) > 0)
        .max(Comparator.comparingDouble(offer -> net(offer, prices)));
  }

  private static double net(Offer offer, DualPrices prices) {
    return offer.gainCents()
        - prices.cents(offer.promotionId(), offer.budgetCents(), offer.units());
  }
}
