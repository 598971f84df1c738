package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.serving.ledger.Redemption.Action;
import java.util.Optional;

/** What an event of the shop says about a promise. */
public final class Redemptions {
  private Redemptions() {}

  /**
   * The redemption that an event is, its id being the key; empty when it is about no promise.
   *
   * <p>A coupon costs the discount it was redeemed with, when the event tells it. A line of an
   * order says that the promise was used; what it costs was promised. A line that was cancelled or
   * paid back gives its discount back, or everything when it tells none. Shops that name a coupon
   * by its code where others name the promotion have told the code.
   */
  public static Optional<Redemption> of(ShopEvent event) {
    if (event.decisionId() == null) {
      return Optional.empty();
    }
    return switch (event.type()) {
      case COUPON_REDEEMED -> Optional.of(of(event, Action.COMMIT, event.discountCents()));
      case ORDER_PLACED -> Optional.of(of(event, Action.COMMIT, null));
      case ORDER_CANCELLED, ORDER_REFUNDED ->
          Optional.of(of(event, Action.REFUND, event.discountCents()));
      default -> Optional.empty();
    };
  }

  private static Redemption of(ShopEvent event, Action action, Long cents) {
    String code = event.couponCode() == null ? event.promotionId() : event.couponCode();
    return new Redemption(event.eventId(), event.decisionId(), action, cents, code, event.at());
  }
}
