package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.List;

/**
 * An offer that serving may choose.
 *
 * @param id stable id
 * @param kind what it gives
 * @param terms the numbers of the offer
 * @param products product ids it covers; empty covers all
 * @param categories categories it covers; empty covers all
 * @param eligibility all must hold
 * @param from first moment it may be offered; null when unbounded
 * @param until first moment it may no longer be offered; null when unbounded
 * @param budgetCents most it may cost over its period; null when unlimited
 * @param stock most redemptions over its period; null when unlimited
 * @param perShopperCap most offers to one shopper; null when unlimited
 * @param priority higher is preferred when the expected profit ties
 * @param stackingGroup promotions of one group exclude each other; null stacks with none
 */
public record Promotion(
    String id,
    PromotionKind kind,
    Terms terms,
    List<String> products,
    List<String> categories,
    List<Condition> eligibility,
    Instant from,
    Instant until,
    Long budgetCents,
    Long stock,
    Integer perShopperCap,
    int priority,
    String stackingGroup) {

  /**
   * The numbers of an offer; which are needed follows from the kind, all others are null.
   *
   * @param percent 0 to 100, share of the covered cart value (PERCENT_OFF, FLASH_SALE,
   *     MEMBER_PRICE, COUPON)
   * @param amountCents fixed saving (SPEND_X_SAVE_Y, COUPON, BUNDLE), cost of the gift (GIFT) or of
   *     shipping (FREE_SHIPPING)
   * @param minSpendCents cart value from which the offer holds
   * @param maxDiscountCents upper bound of the saving
   * @param couponCode code that the shopper enters (COUPON)
   * @param giftProductId what is given (GIFT)
   * @param memberLevel level that the price is for (MEMBER_PRICE)
   */
  public record Terms(
      Double percent,
      Long amountCents,
      Long minSpendCents,
      Long maxDiscountCents,
      String couponCode,
      String giftProductId,
      String memberLevel) {}
}
