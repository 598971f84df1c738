package io.promoflow.deploy.shop;

import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.DecisionRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes what happens in a phase: the events, in order of time, from the model and the decisions.
 */
final class Script {
  private static final int BROKEN_EVERY = 400;
  private static final int REPEATED_EVERY = 300;
  private static final int CLOSING_VISITS = 40;
  private static final int CLOSING_SECONDS = 120;

  private final ShopModel model;

  Script(ShopModel model) {
    this.model = model;
  }

  /** A visit: the shop asks for a decision over HTTP as it begins. */
  record Visit(int shopper, String requestId, Instant at) {}

  List<Visit> visits(int phase) {
    var visits = new ArrayList<Visit>();
    for (int shopper = 0; shopper < model.shoppers(); shopper++) {
      if (model.visits(shopper, phase)) {
        visits.add(
            new Visit(
                shopper,
                "visit-" + phase + "-" + shopper,
                Calendar.browsing(phase, 0.9 * model.visitTime(shopper, phase))));
      }
    }
    return visits;
  }

  /** A few last visits of a phase, by so many shoppers that every partition sees some. */
  List<Visit> closing(int phase) {
    return IntStream.range(0, Math.min(CLOSING_VISITS, model.shoppers()))
        .mapToObj(
            shopper ->
                new Visit(
                    shopper,
                    "closing-" + phase + "-" + shopper,
                    Calendar.end(phase).minusSeconds(CLOSING_SECONDS).plusMillis(shopper)))
        .toList();
  }

  /** What these visits look at. */
  List<SentEvent> closingViews(int phase) {
    var events = new ArrayList<SentEvent>();
    for (Visit visit : closing(phase)) {
      int shopper = visit.shopper();
      Instant at = visit.at().plusSeconds(1);
      events.add(
          event("closing-view-" + phase + "-" + shopper, "Product Viewed", shopper, at)
              .product(model.product(shopper, phase, 0), model.category(shopper, phase, 0))
              .build());
      if (model.rendersClosingBanner(shopper, phase)) {
        events.add(banner("closing-banner-" + phase + "-" + shopper, visit, at));
      }
    }
    return sorted(events);
  }

  /** The place at the top of the page shows what was decided as the visit began: nothing. */
  private static SentEvent banner(String id, Visit visit, Instant at) {
    return event(id, "Promotion Viewed", visit.shopper(), at)
        .decision(DecisionRequest.decisionId(visit.requestId(), Trigger.VISIT))
        .build();
  }

  /** Id of the event with which a shopper puts something into the cart in a phase. */
  static String cartId(int phase, int shopper) {
    return "cart-" + phase + "-" + shopper;
  }

  /** First half: looking, searching, filling carts; a few events twice, a few broken. */
  List<SentEvent> browsing(int phase) {
    var events = new ArrayList<SentEvent>();
    for (Visit visit : visits(phase)) {
      browse(phase, visit, events);
    }
    return disturbed(phase, sorted(events));
  }

  private void browse(int phase, Visit visit, List<SentEvent> events) {
    int shopper = visit.shopper();
    Instant at = visit.at();
    if (model.rendersBanner(shopper, phase)) {
      events.add(banner("banner-" + phase + "-" + shopper, visit, at.plusSeconds(2)));
    }
    if (model.searches(shopper, phase)) {
      at = at.plusSeconds(7);
      events.add(
          event("search-" + phase + "-" + shopper, "Products Searched", shopper, at)
              .query(model.category(shopper, phase, 0))
              .build());
    }
    int views = model.views(shopper, phase);
    for (int n = 0; n < views; n++) {
      at = at.plusSeconds(41);
      events.add(
          event("view-" + phase + "-" + shopper + "-" + n, "Product Viewed", shopper, at)
              .product(model.product(shopper, phase, n), model.category(shopper, phase, n))
              .build());
    }
    if (model.addsToCart(shopper, phase)) {
      events.add(
          event(cartId(phase, shopper), "Product Added", shopper, at.plusSeconds(23))
              .product(model.product(shopper, phase, 0), model.category(shopper, phase, 0))
              .price(model.basketCents(shopper, phase), null)
              .build());
    }
  }

  /**
   * Second half: what shoppers make of their decisions, and refunds of the orders before.
   *
   * @param promoted shopper to the promotion that was chosen for the cart of this phase; absent
   *     when none was
   * @param ordersBefore events of the phase before
   */
  List<SentEvent> answers(int phase, Map<Integer, String> promoted, List<SentEvent> ordersBefore) {
    var events = new ArrayList<SentEvent>();
    for (Visit visit : visits(phase)) {
      answer(phase, visit.shopper(), promoted.get(visit.shopper()), events);
    }
    for (SentEvent order : ordersBefore) {
      if (order.accepted()
          && "Order Completed".equals(order.event())
          && model.refunds(order.shopper(), phase - 1)) {
        events.add(
            event(
                    "refund-" + phase + "-" + order.shopper(),
                    "Order Refunded",
                    order.shopper(),
                    Calendar.answering(phase, 0.1 + 0.5 * model.orderTime(order.shopper(), phase)))
                .product(order.productId(), order.category())
                .price(order.priceCents(), order.discountCents())
                .order(order.orderId())
                .decision(order.decisionId())
                .build());
      }
    }
    return sorted(events);
  }

  private void answer(int phase, int shopper, String promotion, List<SentEvent> events) {
    Instant at = Calendar.answering(phase, model.orderTime(shopper, phase));
    events.add(
        event("late-view-" + phase + "-" + shopper, "Product Viewed", shopper, at)
            .product(model.product(shopper, phase, 0), model.category(shopper, phase, 0))
            .build());
    if (!model.addsToCart(shopper, phase)) {
      return;
    }
    String seen = model.rendersOffer(shopper, phase) ? promotion : null;
    if (model.rendersOffer(shopper, phase)) {
      // the place beside the cart is shown whether the decision gave something or nothing
      events.add(
          event("seen-" + phase + "-" + shopper, "Promotion Viewed", shopper, at.plusSeconds(11))
              .promotion(seen)
              .decision(decisionId(phase, shopper))
              .build());
    }
    if (seen != null) {
      at = at.plusSeconds(11);
      if (model.clicks(shopper, phase)) {
        at = at.plusSeconds(13);
        events.add(
            event("click-" + phase + "-" + shopper, "Promotion Clicked", shopper, at)
                .promotion(seen)
                .build());
      }
    }
    if (model.orders(shopper, phase, seen != null)) {
      long basket = model.basketCents(shopper, phase);
      events.add(
          event("order-" + phase + "-" + shopper, "Order Completed", shopper, at.plusSeconds(61))
              .product(model.product(shopper, phase, 0), model.category(shopper, phase, 0))
              .price(basket, seen == null ? null : ShopModel.discountCents(basket))
              .order("o-" + phase + "-" + shopper)
              .promotion(seen)
              .decision(seen == null ? null : decisionId(phase, shopper))
              .build());
    }
  }

  /** The decision at the cart, which is seen and whose promise the order uses. */
  private static String decisionId(int phase, int shopper) {
    return DecisionRequest.decisionId(cartId(phase, shopper), Trigger.CART_ADD);
  }

  private static List<SentEvent> sorted(List<SentEvent> events) {
    events.sort(Comparator.comparing(SentEvent::at).thenComparing(SentEvent::id));
    return events;
  }

  /** The same events with some sent twice, and some broken ones in between. */
  private static List<SentEvent> disturbed(int phase, List<SentEvent> events) {
    var all = new ArrayList<SentEvent>(events.size() + 64);
    for (int i = 0; i < events.size(); i++) {
      SentEvent event = events.get(i);
      all.add(event);
      if (i % REPEATED_EVERY == REPEATED_EVERY - 1) {
        all.add(event.again());
      }
      if (i % BROKEN_EVERY == BROKEN_EVERY - 1) {
        all.add(BrokenEvents.make(phase, i / BROKEN_EVERY, event));
      }
    }
    return all;
  }

  private static SentEventBuilder event(String id, String name, int shopper, Instant at) {
    return new SentEventBuilder(id, name, shopper, at);
  }
}
