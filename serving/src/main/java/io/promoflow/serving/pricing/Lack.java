package io.promoflow.serving.pricing;

import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.Cart;
import java.util.Optional;

/**
 * What a cart lacks for a promotion to hold on it: the words to {@link Pricing#holds}.
 *
 * @param loss NOT_COVERED or BELOW_MINIMUM_SPEND
 * @param detail the rule and the value, for people
 */
public record Lack(Loss loss, String detail) {

  /** Empty when the promotion holds. */
  public static Optional<Lack> of(Promotion promotion, Cart cart) {
    if (Pricing.holds(promotion, cart)) {
      return Optional.empty();
    }
    if (!Pricing.covers(promotion, cart)) {
      String detail = "nothing in the cart is covered, or not all of it";
      return Optional.of(new Lack(Loss.NOT_COVERED, detail));
    }
    String detail =
        "covered cart value is "
            + cart.coveredCents(promotion)
            + " cents, must be at least "
            + promotion.terms().leastSpendCents();
    return Optional.of(new Lack(Loss.BELOW_MINIMUM_SPEND, detail));
  }

  /** The same for a promise. */
  Reason reason() {
    return loss == Loss.NOT_COVERED ? Reason.NOT_COVERED : Reason.BELOW_MINIMUM_SPEND;
  }
}
