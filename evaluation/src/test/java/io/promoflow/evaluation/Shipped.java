package io.promoflow.evaluation;

/** The metrics that we ship, by name. */
public final class Shipped {
  public static final Metric CONVERSION = named("conversion");
  public static final Metric ORDERS = named("orders");
  public static final Metric SPEND = named("spend");
  public static final Metric PROFIT = named("profit");
  public static final Metric DISCOUNT = named("discount");
  public static final Metric CTR = named("ctr");
  public static final Metric ORDER_VALUE = named("order_value");
  public static final Metric ORDER_VALUE_MEDIAN = named("order_value_median");
  public static final Metric RETENTION = named("retention_7d");
  public static final Metric REVIEW_RATING = named("review_rating");

  private Shipped() {}

  private static Metric named(String id) {
    return Metrics.shipped().named(id).orElseThrow();
  }

  /** A shopper who did that within every window, and nothing before the exposure. */
  public static CellSums shopper(ShopperTotals totals, boolean contaminated) {
    return shopper(totals, new ShopperTotals(0), contaminated);
  }

  /** A shopper who did that within every window. */
  public static CellSums shopper(
      ShopperTotals totals, ShopperTotals earlier, boolean contaminated) {
    var scores = ShopperScores.empty(Metrics.shipped(), contaminated);
    for (Metric metric : Metrics.shipped()) {
      scores.count(metric, totals, earlier);
    }
    return CellSums.of(scores);
  }
}
