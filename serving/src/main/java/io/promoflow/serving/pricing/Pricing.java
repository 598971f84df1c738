package io.promoflow.serving.pricing;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.Promotion.Tier;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.serving.Cart;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The arithmetic of promotions: whole cents in, whole cents out, exact decimals between.
 *
 * <p>A share is taken of the covered sum, not line by line, and rounded <b>down</b> to the whole
 * cent, once. So neither the order of lines nor how pieces are split into lines changes a saving. A
 * discount is never below 0, nor above {@code maxDiscountCents}, nor above what it covers. Below
 * its least spend a promotion gives nothing. Of the tiers that are reached the largest amount
 * counts, whatever their order.
 */
public final class Pricing {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final double THOUSAND = 1_000;

  /** Thousandths of a per cent in the whole. */
  private static final long WHOLE = 100_000;

  private Pricing() {}

  /** The promotion alone on the cart. */
  public static Price of(Promotion promotion, Cart cart) {
    return of(promotion, cart, cart);
  }

  /**
   * The promotion on what others have left of the cart.
   *
   * @param told the cart before any discount: least spend and tiers are measured on it
   * @param left the cart after the discounts that went before, line by line as told
   */
  static Price of(Promotion promotion, Cart told, Cart left) {
    if (isGiven(promotion.kind())) {
      Price nothing = Price.nothing(told.lines().size());
      if (!holds(promotion, told)) {
        return nothing;
      }
      long cost = costCents(promotion, told);
      Long value = promotion.terms().valueCents();
      return new Price(value == null ? cost : value, cost, 0, nothing.lines(), 0);
    }
    long discount = discountCents(promotion, told, left);
    Spread spread = Spread.over(discount, promotion, left);
    return new Price(discount, discount, discount, spread.lines(), spread.restCents());
  }

  /** What the promotion alone costs the shop on the cart: cheaper than the whole price. */
  public static long costCents(Promotion promotion, Cart cart) {
    if (!isGiven(promotion.kind())) {
      return discountCents(promotion, cart, cart);
    }
    return holds(promotion, cart) ? capped(amount(promotion.terms()), promotion.terms()) : 0;
  }

  /** Whether a kind hands something over instead of taking cents off the cart. */
  public static boolean isGiven(PromotionKind kind) {
    return kind == PromotionKind.GIFT || kind == PromotionKind.FREE_SHIPPING;
  }

  /** Whether the cart has what the promotion asks of it: the products and the least spend. */
  public static boolean holds(Promotion promotion, Cart cart) {
    return covers(promotion, cart)
        && cart.coveredCents(promotion) >= promotion.terms().leastSpendCents();
  }

  /** Whether the cart has the products that the promotion asks for. */
  public static boolean covers(Promotion promotion, Cart cart) {
    return promotion.kind() == PromotionKind.BUNDLE
        ? cart.holdsAll(promotion.products())
        : cart.covers(promotion);
  }

  private static long discountCents(Promotion promotion, Cart told, Cart left) {
    if (!holds(promotion, told)) {
      return 0;
    }
    Terms terms = promotion.terms();
    long covered = left.coveredCents(promotion);
    long wanted =
        switch (promotion.kind()) {
          case PERCENT_OFF, FLASH_SALE, MEMBER_PRICE -> share(terms, covered);
          case SPEND_X_SAVE_Y -> step(terms, told.coveredCents(promotion));
          case COUPON, BUNDLE -> terms.percent() == null ? amount(terms) : share(terms, covered);
          case GIFT, FREE_SHIPPING -> 0;
        };
    return Math.min(capped(wanted, terms), covered);
  }

  private static long share(Terms terms, long covered) {
    double percent = terms.percent() == null ? 0 : terms.percent();
    long thousandths = Math.round(percent * THOUSAND);
    if (thousandths / THOUSAND == percent && covered <= Long.MAX_VALUE / WHOLE) {
      return covered * thousandths / WHOLE; // the shortest decimal is this one: same as below
    }
    return BigDecimal.valueOf(percent)
        .multiply(BigDecimal.valueOf(covered))
        .divide(HUNDRED, 0, RoundingMode.FLOOR)
        .longValueExact();
  }

  private static long step(Terms terms, long spent) {
    return terms.tiers().isEmpty()
        ? amount(terms)
        : terms.tiers().stream()
            .filter(tier -> spent >= tier.minSpendCents())
            .mapToLong(Tier::amountCents)
            .max()
            .orElse(0);
  }

  private static long amount(Terms terms) {
    return terms.amountCents() == null ? 0 : terms.amountCents();
  }

  private static long capped(long wanted, Terms terms) {
    long most = terms.maxDiscountCents() == null ? Long.MAX_VALUE : terms.maxDiscountCents();
    return Math.max(0, Math.min(wanted, most));
  }
}
