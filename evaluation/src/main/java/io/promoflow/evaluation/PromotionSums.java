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
 * @param discountCents discount on those lines, less what was taken back
 */
public record PromotionSums(
    long decisions,
    long shoppers,
    long views,
    long clicks,
    long redemptions,
    long orders,
    long discountCents) {
  public static final PromotionSums ZERO = new PromotionSums(0, 0, 0, 0, 0, 0, 0);

  public PromotionSums plus(PromotionSums other) {
    return new PromotionSums(
        decisions + other.decisions,
        shoppers + other.shoppers,
        views + other.views,
        clicks + other.clicks,
        redemptions + other.redemptions,
        orders + other.orders,
        discountCents + other.discountCents);
  }

  public PromotionSums negated() {
    return new PromotionSums(
        -decisions, -shoppers, -views, -clicks, -redemptions, -orders, -discountCents);
  }

  public boolean isZero() {
    return equals(ZERO);
  }
}
