package io.promoflow.deploy.shop;

import java.util.Locale;

/** How a simulated shopper behaves, and what a promotion does to them: the planted truth. */
public enum ShopperType {
  /** Looks a lot, buys little and mostly on sale; a promotion makes them buy. */
  PERSUADABLE(0.35, new Habits(0.40, 3, 5, 1, 2, 0.65, 0.05, 0.50, 0.8, 0.50)),
  /** Comes for something and buys it at full price; a promotion is given away. */
  SURE_THING(0.30, new Habits(0.36, 1, 2, 0, 0, 0.70, 0.90, 0.90, 0.05, 0.20)),
  /** Drops in now and then and buys next to nothing, promotion or not. */
  LOST_CAUSE(0.25, new Habits(0.15, 1, 2, 0, 1, 0.05, 0.02, 0.02, 0.3, 0.02)),
  /** Buys like a sure thing, but a promotion puts them off. */
  SLEEPING_DOG(0.10, new Habits(0.36, 1, 2, 0, 0, 0.70, 0.85, 0.50, 0.05, 0.05));

  private final double share;

  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
  private final Habits habits;

  ShopperType(double share, Habits habits) {
    this.share = share;
    this.habits = habits;
  }

  /**
   * Numbers of one half-day; rates are probabilities.
   *
   * @param visits comes to the shop
   * @param leastViews fewest products looked at in a visit
   * @param mostViews most products looked at in a visit
   * @param leastSearches fewest searches in a visit
   * @param mostSearches most searches in a visit
   * @param addsToCart puts a product into the cart, given a visit
   * @param orders orders what is in the cart without a promotion
   * @param ordersPromoted orders what is in the cart with a promotion
   * @param onSale an order without a promotion is of something on sale
   * @param clicks clicks a promotion that was seen
   */
  record Habits(
      double visits,
      int leastViews,
      int mostViews,
      int leastSearches,
      int mostSearches,
      double addsToCart,
      double orders,
      double ordersPromoted,
      double onSale,
      double clicks) {}

  /** Share of all shoppers, 0 to 1. */
  double share() {
    return share;
  }

  Habits habits() {
    return habits;
  }

  /** For people, e.g. "sure thing". */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
