package io.promoflow.serving;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What a promotion costs the shop when it is used on a cart, in cents.
 *
 * <p>Exact decimal arithmetic; a share of a cart is rounded down to the whole cent. A saving is
 * never below 0, nor above what it covers, nor above {@code maxDiscountCents}; a gift or shipping
 * costs its {@code amountCents} whatever lies in the cart.
 */
public final class Cost {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private Cost() {}

  public static long cents(Promotion promotion, Cart cart) {
    Terms terms = promotion.terms();
    long covered = cart.coveredCents(promotion);
    return switch (promotion.kind()) {
      case PERCENT_OFF, FLASH_SALE, MEMBER_PRICE -> saving(share(terms, covered), covered, terms);
      case SPEND_X_SAVE_Y, BUNDLE -> saving(amount(terms), covered, terms);
      case COUPON ->
          saving(terms.percent() == null ? amount(terms) : share(terms, covered), covered, terms);
      case GIFT, FREE_SHIPPING -> capped(amount(terms), terms);
    };
  }

  private static long share(Terms terms, long covered) {
    double percent = terms.percent() == null ? 0 : terms.percent();
    return BigDecimal.valueOf(percent)
        .multiply(BigDecimal.valueOf(covered))
        .divide(HUNDRED, 0, RoundingMode.FLOOR)
        .longValueExact();
  }

  private static long amount(Terms terms) {
    return terms.amountCents() == null ? 0 : terms.amountCents();
  }

  private static long saving(long wanted, long covered, Terms terms) {
    return Math.min(capped(wanted, terms), covered);
  }

  private static long capped(long wanted, Terms terms) {
    long most = terms.maxDiscountCents() == null ? Long.MAX_VALUE : terms.maxDiscountCents();
    return Math.max(0, Math.min(wanted, most));
  }
}
