package io.promoflow.serving;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.pricing.Pricing;

/** What a promotion costs the shop when it is used on a cart, in cents; see {@link Pricing}. */
public final class Cost {
  private Cost() {}

  public static long cents(Promotion promotion, Cart cart) {
    return Pricing.costCents(promotion, cart);
  }
}
