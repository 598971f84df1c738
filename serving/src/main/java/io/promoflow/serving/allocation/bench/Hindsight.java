package io.promoflow.serving.allocation.bench;

import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.Limits;
import io.promoflow.serving.allocation.Offer;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A bound that no allocation beats, whoever found it: by weak duality the profit at any prices ≥ 0
 * is at most what every decision would gain at its best after paying, plus what all there is would
 * cost. At the optimal prices it is the optimum of the linear relaxation, which is at least that of
 * the integral problem. It shares no code with what finds the prices.
 */
final class Hindsight {
  private Hindsight() {}

  static double bound(Collection<List<Offer>> decisions, Limits limits, DualPrices prices) {
    double value = limits.contacts() == null ? 0 : limits.contacts() * prices.contactCents();
    for (Map.Entry<String, Double> budget : limits.budgetCents().entrySet()) {
      value += budget.getValue() * prices.of(budget.getKey()).perBudgetCent();
    }
    for (Map.Entry<String, Double> stock : limits.units().entrySet()) {
      value += stock.getValue() * prices.of(stock.getKey()).perUnit();
    }
    for (List<Offer> offers : decisions) {
      double best = 0;
      for (Offer offer : offers) {
        DualPrices.Price price = prices.of(offer.promotionId());
        double paid =
            price.perBudgetCent() * offer.budgetCents()
                + price.perUnit() * offer.units()
                + prices.contactCents();
        best = Math.max(best, offer.gainCents() - paid);
      }
      value += best;
    }
    return value;
  }
}
