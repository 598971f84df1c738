package io.promoflow.deploy.shop;

/**
 * How a simulated shopper behaves, and how a discount at the cart changes it: the four types of the
 * uplift literature (Radcliffe and Surry 1999).
 *
 * <p>Chances are per half day or per cart; baskets in cents are uniform between two bounds.
 */
public enum ResponseType {
  /** Looks a lot, buys when there is a discount: the one whom promotions are for. */
  PERSUADABLE(0.35, 0.34, 5, 9, 0.65, 0.05, 0.55, 6_000, 9_000),
  /** Knows what it wants and buys it either way: a discount is given away. */
  SURE_THING(0.30, 0.32, 1, 3, 0.85, 0.75, 0.76, 6_000, 9_000),
  /** Looks now and then, hardly ever buys. */
  LOST_CAUSE(0.25, 0.25, 2, 4, 0.15, 0.02, 0.02, 3_000, 6_000),
  /** Is put off by being pushed. */
  SLEEPING_DOG(0.10, 0.30, 2, 4, 0.50, 0.45, 0.20, 6_000, 9_000);

  private final double share;
  private final double visit;
  private final int leastViews;
  private final int mostViews;
  private final double cartAdd;
  private final double orderPlain;
  private final double orderPromoted;
  private final int leastBasketCents;
  private final int mostBasketCents;

  ResponseType(
      double share,
      double visit,
      int leastViews,
      int mostViews,
      double cartAdd,
      double orderPlain,
      double orderPromoted,
      int leastBasketCents,
      int mostBasketCents) {
    this.share = share;
    this.visit = visit;
    this.leastViews = leastViews;
    this.mostViews = mostViews;
    this.cartAdd = cartAdd;
    this.orderPlain = orderPlain;
    this.orderPromoted = orderPromoted;
    this.leastBasketCents = leastBasketCents;
    this.mostBasketCents = mostBasketCents;
  }

  /** Share of all shoppers. */
  public double share() {
    return share;
  }

  /** Chance of a visit in a half day. */
  double visit() {
    return visit;
  }

  int leastViews() {
    return leastViews;
  }

  int mostViews() {
    return mostViews;
  }

  /** Chance that a visit puts something into the cart. */
  double cartAdd() {
    return cartAdd;
  }

  /** Chance that a cart is ordered. */
  double order(boolean promoted) {
    return promoted ? orderPromoted : orderPlain;
  }

  int leastBasketCents() {
    return leastBasketCents;
  }

  int mostBasketCents() {
    return mostBasketCents;
  }

  /** Expected effect of the promotion on the profit of one cart, in cents. */
  public double profitEffectCents() {
    double basket = (leastBasketCents + mostBasketCents) / 2.0;
    return order(true) * basket * (ShopModel.MARGIN_SHARE - ShopModel.DISCOUNT_SHARE)
        - order(false) * basket * ShopModel.MARGIN_SHARE;
  }
}
