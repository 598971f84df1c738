package io.promoflow.evaluation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one outcome adds to the shopper's metrics. The values of a shopper's outcomes add up to
 * {@link ShopperTotals} of them, so who sums these gets the same results.
 *
 * @param revenueCents net of discount, negative when taken back
 * @param profitCents margin less discount
 * @param discountCents discount given
 * @param orders 1 when an order stands from now on, -1 when it does no longer, else 0
 * @param views promotion views
 * @param clicks promotion clicks
 */
public record OutcomeValue(
    long revenueCents, long profitCents, long discountCents, long orders, long views, long clicks) {

  /** The value of each outcome of one shopper, by event id. */
  public static Map<String, OutcomeValue> of(Collection<Outcome> outcomes, double marginShare) {
    var sorted = new ArrayList<>(outcomes);
    sorted.sort(Outcome.BY_TIME);
    var totals = new ShopperTotals(marginShare);
    var values = new LinkedHashMap<String, OutcomeValue>();
    OutcomeValue before = of(totals);
    for (Outcome outcome : sorted) {
      totals.add(outcome);
      OutcomeValue after = of(totals);
      values.put(outcome.eventId(), after.minus(before));
      before = after;
    }
    return values;
  }

  private static OutcomeValue of(ShopperTotals totals) {
    return new OutcomeValue(
        totals.value(Amount.of(Flow.SPEND)),
        totals.value(Amount.of(Flow.PROFIT)),
        totals.value(Amount.of(Flow.DISCOUNT)),
        totals.value(Amount.of(Flow.ORDERS)),
        totals.value(Amount.of(Flow.VIEWS)),
        totals.value(Amount.of(Flow.CLICKS)));
  }

  private OutcomeValue minus(OutcomeValue other) {
    return new OutcomeValue(
        revenueCents - other.revenueCents,
        profitCents - other.profitCents,
        discountCents - other.discountCents,
        orders - other.orders,
        views - other.views,
        clicks - other.clicks);
  }
}
