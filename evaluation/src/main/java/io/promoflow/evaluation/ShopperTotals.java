package io.promoflow.evaluation;

import java.util.HashMap;
import java.util.Map;

/**
 * One shopper's metrics in an attribution window: outcomes are added in the order of {@link
 * Outcome#BY_TIME}.
 *
 * <p>Money is what flowed in the window: a cancellation or refund counts when it lies in the window
 * itself, whenever its order was placed. An order counts while anything of it is left.
 */
public final class ShopperTotals {
  private final double marginShare;
  private final Map<String, OrderLines> orders = new HashMap<>();
  private long spendCents;
  private long profitCents;
  private long discountCents;
  private long views;
  private long clicks;

  /**
   * @param marginShare profit of a line before discount, as a share of its value, 0 to 1
   */
  public ShopperTotals(double marginShare) {
    this.marginShare = marginShare;
  }

  public void add(Outcome outcome) {
    switch (outcome.type()) {
      case ORDER_PLACED -> {
        long discount = outcome.discountCents() == null ? 0 : outcome.discountCents();
        orders.computeIfAbsent(outcome.orderKey(), key -> new OrderLines()).place(outcome);
        money(outcome.grossCents(), discount, 1);
      }
      case ORDER_CANCELLED, ORDER_REFUNDED -> {
        var order = orders.getOrDefault(outcome.orderKey(), new OrderLines());
        OrderLines.Reversed reversed = order.reverse(outcome);
        money(reversed.grossCents(), reversed.discountCents(), -1);
      }
      case PROMOTION_VIEWED -> views++;
      case PROMOTION_CLICKED -> clicks++;
      default -> {
        // a redeemed coupon is money only through the order line that carries its discount
      }
    }
  }

  private void money(long grossCents, long discount, int sign) {
    spendCents += sign * (grossCents - discount);
    profitCents += sign * (Math.round(marginShare * grossCents) - discount);
    discountCents += sign * discount;
  }

  /** The shopper's value; for a ratio metric the numerator. */
  public long value(Metric metric) {
    return switch (metric) {
      case CONVERSION -> standingOrders() > 0 ? 1 : 0;
      case ORDERS -> standingOrders();
      case SPEND -> spendCents;
      case PROFIT -> profitCents;
      case DISCOUNT -> discountCents;
      case CTR -> clicks;
    };
  }

  /** The shopper's denominator; 0 unless it is a ratio metric. */
  public long denominator(Metric metric) {
    return metric == Metric.CTR ? views : 0;
  }

  private long standingOrders() {
    return orders.values().stream().filter(OrderLines::stands).count();
  }
}
