package io.promoflow.serving.pricing;

import java.util.Collections;
import java.util.List;

/**
 * What one promotion does to one cart.
 *
 * @param savedCents what the shopper saves, at least 0: the discount, or the price of the gift or
 *     of shipping
 * @param costCents what it costs the shop, at least 0: the revenue given away, or the cost of the
 *     gift or of shipping
 * @param discountCents what is taken off the cart: 0 for a gift and for shipping
 * @param lines what is taken off each line of the cart, in its order; each at most the line
 * @param restCents what is taken off the part of the cart that no line tells of; lines and rest add
 *     up to the discount
 */
public record Price(
    long savedCents, long costCents, long discountCents, List<Long> lines, long restCents) {

  /** Nothing on a cart of so many lines. */
  static Price nothing(int lines) {
    return new Price(0, 0, 0, Collections.nCopies(lines, 0L), 0);
  }
}
