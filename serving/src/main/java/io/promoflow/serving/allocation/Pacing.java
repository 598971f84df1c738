package io.promoflow.serving.allocation;

import io.promoflow.serving.allocation.DualPrices.Price;
import java.util.Map;

/**
 * Corrects prices by how much decisions are expected to have used against the plan, because one
 * slide's decisions are not the next one's. What was really redeemed it does not know: by that the
 * ledger's own {@link io.promoflow.serving.ledger.Pacing} goes.
 *
 * <p>A price is multiplied by exp(g · (used − planned) / total), with g = {@value #GAIN}, within a
 * {@value #LEAST}th and {@value #MOST} times: a mirror-descent step on the dual (Balseiro, Lu,
 * Mirrokni, <i>The Best of Many Worlds: Dual Mirror Descent for Online Allocation Problems</i>,
 * Operations Research 2023). A budget that is a tenth of itself ahead of its plan costs others
 * {@code e^(g/10)} times as much.
 */
public final class Pacing {
  static final double GAIN = 5;
  static final double LEAST = 0.25;
  static final double MOST = 4;

  private Pacing() {}

  /**
   * What the price of a budget, or of a stock, is multiplied by.
   *
   * @param used so far, as expected, at least 0
   * @param planned until now, at least 0
   * @param total over the whole period; 1 is returned when it is 0
   */
  public static double multiplier(double used, double planned, double total) {
    return total <= 0
        ? 1
        : Math.max(LEAST, Math.min(MOST, Math.exp(GAIN * (used - planned) / total)));
  }

  /**
   * Corrected prices.
   *
   * @param budgets multiplier of a promotion's budget price, 1 where absent
   * @param stocks multiplier of a promotion's unit price, 1 where absent
   */
  public static DualPrices corrected(
      DualPrices prices, Map<String, Double> budgets, Map<String, Double> stocks) {
    var corrected = new java.util.HashMap<String, Price>();
    prices
        .promotions()
        .forEach(
            (id, price) ->
                corrected.put(
                    id,
                    new Price(
                        price.perBudgetCent() * budgets.getOrDefault(id, 1.0),
                        price.perUnit() * stocks.getOrDefault(id, 1.0))));
    return new DualPrices(
        prices.version(), prices.at(), Map.copyOf(corrected), prices.contactCents());
  }
}
