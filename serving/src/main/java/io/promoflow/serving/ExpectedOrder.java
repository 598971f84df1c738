package io.promoflow.serving;

import io.promoflow.serving.Cart.Line;
import java.util.List;

/**
 * What a cart is taken for that is empty, or whose value nobody told: an order as they usually are.
 * A promise that is made at a visit is used on the order that comes later, so neither its cost nor
 * the margin of that order is nothing.
 */
final class ExpectedOrder {
  private final Cart usual;

  ExpectedOrder(long cents) {
    this.usual = new Cart(cents, List.of());
  }

  /** The cart itself where its value is known. Of others the lines stay, of unknown value each. */
  Cart of(Cart cart) {
    if (cart.totalCents() > 0) {
      return cart;
    }
    return cart.lines().isEmpty()
        ? usual
        : new Cart(usual.totalCents(), cart.lines().stream().map(ExpectedOrder::untold).toList());
  }

  private static Line untold(Line line) {
    return new Line(line.productId(), line.category(), line.quantity(), null, line.at());
  }
}
