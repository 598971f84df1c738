package io.promoflow.evaluation;

import java.util.Locale;
import java.util.Optional;

/** What is compared between variants; every metric is one number (or ratio) per shopper. */
public enum Metric {
  /** 1 when the shopper ordered at least once, else 0. */
  CONVERSION(0, "share, 0 to 1", 1),
  /** Distinct orders. */
  ORDERS(1, "orders per shopper", 1),
  /** Net of discounts, cancellations and refunds. */
  SPEND(2, "cents per shopper", 1),
  /** Margin share of the value before discount, less the discount. */
  PROFIT(3, "cents per shopper", 1),
  /** Discounts given: a cost, so less is better. */
  DISCOUNT(4, "cents per shopper", -1),
  /** Promotion clicks per promotion view, over all shoppers. */
  CTR(5, "clicks per promotion view", 1);

  private final int place;
  private final String unit;
  private final int direction;

  Metric(int place, String unit, int direction) {
    this.place = place;
    this.unit = unit;
    this.direction = direction;
  }

  /** The name in rules and tables, e.g. {@code conversion}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Where its sums lie in {@link CellSums#metrics()}; part of the state, so never changed. */
  public int place() {
    return place;
  }

  public String unit() {
    return unit;
  }

  /** 1 when more is better, -1 when less is. */
  public int direction() {
    return direction;
  }

  public boolean isRatio() {
    return this == CTR;
  }

  /** The metric of that name; empty when there is none. */
  public static Optional<Metric> named(String id) {
    for (Metric metric : values()) {
      if (metric.id().equals(id)) {
        return Optional.of(metric);
      }
    }
    return Optional.empty();
  }
}
