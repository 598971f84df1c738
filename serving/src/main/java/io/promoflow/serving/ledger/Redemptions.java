package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Redemption.Reversal;
import java.util.Optional;

/** What an event of the shop says about a promise. */
public final class Redemptions {
  private Redemptions() {}

  /**
   * The redemption that an event is, its id being the key; empty when it is about no promise.
   *
   * <p>A coupon costs the discount it was redeemed with, when the event tells it. A line of an
   * order says that the promise was used; what it costs was promised. A line that was cancelled or
   * paid back gives its discount back; one that tells none says nothing of the promise, since other
   * lines may have it all. An order without lines that tells none gives everything back. Shops that
   * name a coupon by its code where others name the promotion have told the code.
   */
  public static Optional<Redemption> of(ShopEvent event) {
    if (event.decisionId() == null) {
      return Optional.empty();
    }
    return switch (event.type()) {
      case COUPON_REDEEMED -> Optional.of(commit(event, event.discountCents()));
      case ORDER_PLACED -> Optional.of(commit(event, null));
      case ORDER_CANCELLED, ORDER_REFUNDED -> refund(event);
      default -> Optional.empty();
    };
  }

  private static Redemption commit(ShopEvent event, Long cents) {
    return of(event, Action.COMMIT, cents, null);
  }

  private static Optional<Redemption> refund(ShopEvent event) {
    if (event.productId() != null && event.discountCents() == null) {
      return Optional.empty();
    }
    var reversal = new Reversal(event.type(), event.orderId(), event.productId());
    return Optional.of(of(event, Action.REFUND, event.discountCents(), reversal));
  }

  private static Redemption of(ShopEvent event, Action action, Long cents, Reversal reversal) {
    String code = event.couponCode() == null ? event.promotionId() : event.couponCode();
    return new Redemption(
        event.eventId(), event.decisionId(), action, cents, code, event.at(), reversal);
  }
}
