package io.promoflow.serving;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import java.io.Serializable;
import java.util.List;

/**
 * What is assumed for the expected profit until uplift models measure it. The numbers order the
 * candidates and decide, outside experiments, whether a promotion is worth its cost; inside an
 * experiment they never keep a variant from getting its promotion.
 *
 * @param lift by how much a promotion raises the probability of an order, relative
 * @param marginShare share of the cart value that is left after the cost of goods, 0 to 1
 * @param propensity probability of an order when no model has said one, 0 to 1
 * @param contributions most score contributions that a decision lists
 */
public record Assumptions(double lift, double marginShare, double propensity, int contributions)
    implements Serializable {

  public static final Option<Double> LIFT =
      Option.number(
          "serving.assumed-lift",
          0.2,
          0,
          100,
          "assumed relative rise of the order probability by a promotion, until uplift models exist");
  public static final Option<Double> MARGIN_SHARE =
      Option.number(
          "serving.margin-share",
          0.4,
          0,
          1,
          "share of the cart value that is profit before promotions");
  public static final Option<Double> PROPENSITY =
      Option.number(
          "serving.assumed-propensity",
          0.1,
          0,
          1,
          "assumed order probability of a shopper whom no model has scored");
  public static final Option<Integer> CONTRIBUTIONS =
      Option.integer(
          "serving.contributions", 5, 0, 1_000, "most score contributions listed in a decision");

  public static final List<Option<?>> ALL = List.of(LIFT, MARGIN_SHARE, PROPENSITY, CONTRIBUTIONS);

  public static Assumptions from(Settings settings) {
    return new Assumptions(
        settings.get(LIFT),
        settings.get(MARGIN_SHARE),
        settings.get(PROPENSITY),
        settings.get(CONTRIBUTIONS));
  }

  /**
   * Expected incremental profit in cents: with the promotion the order comes with probability p' =
   * min(1, p (1 + lift)) and earns the margin less the cost, without it with p and the whole
   * margin.
   */
  double incrementalProfitCents(Double scored, long cartCents, long costCents) {
    double p = scored == null ? propensity : scored;
    double margin = marginShare * cartCents;
    return Math.min(1, p * (1 + lift)) * (margin - costCents) - p * margin;
  }
}
