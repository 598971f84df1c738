package io.promoflow.deploy.shop;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What a shopper's orders and refunds amount to, by metric. */
final class ExpectedOutcomes {
  private ExpectedOutcomes() {}

  /**
   * Sums up what lies within [from, end).
   *
   * @param events accepted ones of one shopper
   */
  static Map<String, Double> within(Instant from, Instant end, List<SentEvent> events) {
    List<SentEvent> inside =
        events.stream().filter(e -> !e.at().isBefore(from) && e.at().isBefore(end)).toList();
    Set<String> standing = new HashSet<>();
    long spend = 0;
    long profit = 0;
    long discount = 0;
    Function<SentEvent, Long> margin = e -> Math.round(ShopModel.MARGIN_SHARE * e.priceCents());
    for (SentEvent order : Oracle.of(inside, "Order Completed")) {
      standing.add(order.orderId());
      spend += Oracle.net(order);
      profit += margin.apply(order) - Oracle.discount(order);
      discount += Oracle.discount(order);
    }
    for (SentEvent refund : Oracle.of(inside, "Order Refunded")) {
      standing.remove(refund.orderId());
      spend -= Oracle.net(refund);
      profit -= margin.apply(refund) - Oracle.discount(refund);
      discount -= Oracle.discount(refund);
    }
    return Map.of(
        "conversion", standing.isEmpty() ? 0.0 : 1.0,
        "orders", (double) standing.size(),
        "spend", (double) spend,
        "profit", (double) profit,
        "discount", (double) discount);
  }
}
