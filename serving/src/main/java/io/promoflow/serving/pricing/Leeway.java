package io.promoflow.serving.pricing;

import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cart.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What promotions may cost together on a cart, so that its margin is left as far as the rules say.
 *
 * @param margin null when the rules do not say
 * @param marginCents what the shop makes of the cart when nothing is given
 * @param cartCents the cart before any discount
 */
record Leeway(Margin margin, BigDecimal marginCents, long cartCents) {
  private static final int MILLIONTHS = 6;

  static Leeway of(Cart cart, Margin margin) {
    if (margin == null) {
      return new Leeway(null, BigDecimal.ZERO, cart.totalCents());
    }
    BigDecimal sum = BigDecimal.ZERO;
    long told = 0;
    for (Line line : cart.lines()) {
      if (line.cents() != null) {
        sum = sum.add(times(share(margin, line.category()), line.cents()));
        told += line.cents();
      }
    }
    return new Leeway(margin, ofAll(cart.totalCents(), margin, sum, told), cart.totalCents());
  }

  /** Lines that come to more than the cart is worth have as much less of a margin. */
  private static BigDecimal ofAll(long total, Margin margin, BigDecimal ofLines, long told) {
    return told <= total
        ? ofLines.add(times(share(margin, null), total - told))
        : ofLines
            .multiply(BigDecimal.valueOf(total))
            .divide(BigDecimal.valueOf(told), MILLIONTHS, RoundingMode.FLOOR);
  }

  /** What is of no known category may be of any. */
  private static double share(Margin margin, String category) {
    return category == null
        ? margin.categories().values().stream().reduce(margin.share(), Math::min)
        : margin.categories().getOrDefault(category, margin.share());
  }

  private static BigDecimal times(double share, long cents) {
    return BigDecimal.valueOf(share).multiply(BigDecimal.valueOf(cents));
  }

  /**
   * Whether the cart leaves a floor.
   *
   * @param costCents of all promotions together
   * @param floor share of the cart
   */
  boolean leaves(double floor, long costCents) {
    BigDecimal left = marginCents.subtract(BigDecimal.valueOf(costCents));
    return margin == null || left.compareTo(times(floor, cartCents)) >= 0;
  }
}
