package io.promoflow.ingestion.options;

import java.util.List;

/**
 * What is true of the shop itself. Decisions are made by it and results are judged by it: were
 * there one value for each, what is given as a gain could be measured as a loss. Rules that state
 * margins state the same.
 */
public final class ShopOptions {
  public static final Option<Double> MARGIN_SHARE =
      Option.number(
          "shop.margin-share",
          0.3,
          0,
          1,
          "profit before discount as a share of the value before discount: in what a promotion is"
              + " expected to bring where the rules state no margin, and in the metric profit");

  public static final Option<Integer> ORDER_CENTS =
      Option.integer(
          "shop.order-cents",
          5_000,
          1,
          1_000_000_000,
          "value of a usual order before discount, in cents: what an empty cart, or one whose value"
              + " nobody told, is taken for when a promotion is decided on");

  public static final List<Option<?>> ALL = List.of(MARGIN_SHARE, ORDER_CENTS);

  private ShopOptions() {}
}
