package io.promoflow.serving;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.ShopOptions;
import java.io.Serializable;
import java.util.List;

/**
 * What decisions go by besides rules, models and prices: what is assumed where no model has
 * measured, and how much is left to chance. The assumptions order the candidates and decide,
 * outside experiments, whether a promotion is worth its cost; inside an experiment they never keep
 * a variant from getting its promotion.
 *
 * @param lift by how much a promotion raises the probability of an order, relative
 * @param marginShare share of the cart value that is left after the cost of goods, 0 to 1, where
 *     the rules state none
 * @param orderCents value of a usual order, which an empty cart is taken for
 * @param propensity probability of an order when no model has said one, 0 to 1
 * @param contributions most score contributions that a decision lists
 * @param explorationShare share of the decisions outside experiments that are drawn, 0 to 1
 * @param holdoutShare share of the shoppers who never get anything, where the rules hold nobody out
 */
public record Assumptions(
    double lift,
    double marginShare,
    long orderCents,
    double propensity,
    int contributions,
    double explorationShare,
    double holdoutShare)
    implements Serializable {

  private static final long USUAL_ORDER_CENTS =
      ShopOptions.ORDER_CENTS.parser().apply(ShopOptions.ORDER_CENTS.fallback());

  public static final Option<Double> LIFT =
      Option.number(
          "serving.assumed-lift",
          0.2,
          0,
          100,
          "assumed relative rise of the order probability by a promotion of a kind that no response"
              + " model knows");
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
  public static final Option<Double> EXPLORATION_SHARE =
      Option.number(
          "serving.exploration-share",
          0.0,
          0,
          1,
          "share of the decisions outside experiments that are drawn from what could be given,"
              + " nothing among it, with equal chances");
  public static final Option<Double> HOLDOUT_SHARE =
      Option.number(
          "serving.holdout-share",
          0.0,
          0,
          1,
          "share of the shoppers who never get a promotion, in experiments and outside; not asked"
              + " where the rules have a holdoutShare");

  public static final List<Option<?>> ALL =
      List.of(LIFT, PROPENSITY, CONTRIBUTIONS, EXPLORATION_SHARE, HOLDOUT_SHARE);

  /** Nothing left to chance and nobody held out. */
  public Assumptions(double lift, double marginShare, double propensity, int contributions) {
    this(lift, marginShare, propensity, contributions, 0, 0);
  }

  /** Orders are as the setting has them when nobody sets it. */
  public Assumptions(
      double lift,
      double marginShare,
      double propensity,
      int contributions,
      double explorationShare,
      double holdoutShare) {
    this(
        lift,
        marginShare,
        USUAL_ORDER_CENTS,
        propensity,
        contributions,
        explorationShare,
        holdoutShare);
  }

  public static Assumptions from(Settings settings) {
    return new Assumptions(
        settings.get(LIFT),
        settings.get(ShopOptions.MARGIN_SHARE),
        settings.get(ShopOptions.ORDER_CENTS),
        settings.get(PROPENSITY),
        settings.get(CONTRIBUTIONS),
        settings.get(EXPLORATION_SHARE),
        settings.get(HOLDOUT_SHARE));
  }

  /** The same with another share that is drawn. */
  public Assumptions exploring(double share) {
    return new Assumptions(
        lift, marginShare, orderCents, propensity, contributions, share, holdoutShare);
  }

  /** The same where only rules hold anybody out. */
  public Assumptions holdingNobodyOut() {
    return new Assumptions(
        lift, marginShare, orderCents, propensity, contributions, explorationShare, 0);
  }
}
