package io.promoflow.evaluation;

/**
 * What became of a promotion on one day.
 *
 * @param decisions that chose it
 * @param shoppers it was chosen for
 * @param views times it was seen
 * @param clicks times it was clicked
 * @param redemptions coupons redeemed
 * @param orders distinct orders with a line that names it
 * @param revenueCents value of those lines less discount, less what was taken back
 * @param discountCents discount on those lines, less what was taken back
 * @param costCents the discount; of orders whose lines tell none, what the decision said that using
 *     it costs (a gift, free shipping)
 */
public record PromotionSums(
    long decisions,
    long shoppers,
    long views,
    long clicks,
    long redemptions,
    long orders,
    long revenueCents,
    long discountCents,
    long costCents) {
  public static final PromotionSums ZERO = new PromotionSums(0, 0, 0, 0, 0, 0, 0, 0, 0);

  static PromotionSums offered(boolean newShopper) {
    return new PromotionSums(1, newShopper ? 1 : 0, 0, 0, 0, 0, 0, 0, 0);
  }

  static PromotionSums answered(long views, long clicks, long redemptions) {
    return new PromotionSums(0, 0, views, clicks, redemptions, 0, 0, 0, 0);
  }

  static PromotionSums ordered(boolean newOrder, MoneyFlow flow) {
    return new PromotionSums(
        0,
        0,
        0,
        0,
        0,
        newOrder ? 1 : 0,
        flow.netCents(),
        flow.discountCents(),
        flow.discountCents());
  }

  static PromotionSums spent(long costCents) {
    return new PromotionSums(0, 0, 0, 0, 0, 0, 0, 0, costCents);
  }

  public PromotionSums plus(PromotionSums other) {
    return new PromotionSums(
        decisions + other.decisions,
        shoppers + other.shoppers,
        views + other.views,
        clicks + other.clicks,
        redemptions + other.redemptions,
        orders + other.orders,
        revenueCents + other.revenueCents,
        discountCents + other.discountCents,
        costCents + other.costCents);
  }

  public PromotionSums negated() {
    return new PromotionSums(
        -decisions,
        -shoppers,
        -views,
        -clicks,
        -redemptions,
        -orders,
        -revenueCents,
        -discountCents,
        -costCents);
  }

  public boolean isZero() {
    return equals(ZERO);
  }
}
