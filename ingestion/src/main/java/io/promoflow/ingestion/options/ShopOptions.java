package io.promoflow.ingestion.options;

import java.util.List;

/**
 * What is true of the shop itself. Decisions are made by it and results are judged by it: were
 * there one value for each, what is given as a gain could be measured as a loss.
 */
public final class ShopOptions {
  public static final Option<Double> MARGIN_SHARE =
      Option.number(
          "shop.margin-share",
          0.3,
          0,
          1,
          "profit before discount as a share of the value before discount: in what a promotion is"
              + " expected to bring, and in the metric profit");

  public static final List<Option<?>> ALL = List.of(MARGIN_SHARE);

  private ShopOptions() {}
}
