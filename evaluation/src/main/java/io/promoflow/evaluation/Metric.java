package io.promoflow.evaluation;

import java.util.Locale;
import java.util.Optional;

/** What is compared between variants; every metric is one number (or ratio) per shopper. */
public enum Metric {
  /** 1 when the shopper ordered at least once, else 0. */
  CONVERSION("share, 0 to 1", 1),
  /** Distinct orders. */
  ORDERS("orders per shopper", 1),
  /** Net of discounts, cancellations and refunds. */
  SPEND("cents per shopper", 1),
  /** Margin share of the value before discount, less the discount. */
  PROFIT("cents per shopper", 1),
  /** Discounts given: a cost, so less is better. */
  DISCOUNT("cents per shopper", -1),
  /** Promotion clicks per promotion view, over all shoppers. */
  CTR("clicks per promotion view", 1);

  private final String unit;
  private final int direction;

  Metric(String unit, int direction) {
    this.unit = unit;
    this.direction = direction;
  }

  /** The name in rules and tables, e.g. {@code conversion}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
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
