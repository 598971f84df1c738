package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.Season.Phase;
import io.promoflow.deploy.shop.ShopModel.Afterwards;
import io.promoflow.deploy.shop.ShopModel.CartLine;
import io.promoflow.deploy.shop.ShopModel.Product;
import io.promoflow.deploy.shop.ShopModel.Reaction;
import io.promoflow.deploy.shop.ShopModel.Shopper;
import io.promoflow.deploy.shop.ShopModel.Visit;
import io.promoflow.deploy.shop.ledger.Act;
import io.promoflow.deploy.shop.ledger.Answer;
import io.promoflow.deploy.shop.ledger.PhaseBook;
import io.promoflow.deploy.shop.ledger.SentEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Turns what shoppers do into events, in the order of time. */
final class Happenings {
  private static final Duration PAUSE = Duration.ofSeconds(9);
  private static final Comparator<SentEvent> BY_TIME =
      Comparator.comparing(SentEvent::at).thenComparing(SentEvent::id);

  private final ShopModel model;
  private final Map<String, Shopper> shoppers;

  Happenings(ShopModel model) {
    this.model = model;
    this.shoppers =
        model.shoppers().stream()
            .collect(java.util.stream.Collectors.toMap(Shopper::id, shopper -> shopper));
  }

  /** Id of the event that puts the visit's product into the cart. */
  static String cartEventId(Visit visit) {
    return "c-" + visit.phase().index() + "-" + visit.shopper().index();
  }

  /** What visiting shoppers do before they get an offer. */
  List<SentEvent> browsing(List<Visit> visits) {
    var events = new ArrayList<SentEvent>();
    for (Visit visit : visits) {
      browse(visit, events);
    }
    events.sort(BY_TIME);
    return events;
  }

  private static void browse(Visit visit, List<SentEvent> into) {
    String prefix = "b-" + visit.phase().index() + "-" + visit.shopper().index() + "-";
    String who = visit.shopper().id();
    Instant at = visit.at();
    int n = 0;
    for (int i = 0; i < visit.searches(); i++) {
      into.add(plain(prefix + n++, Act.SEARCH, who, at, null, null, null));
      at = at.plus(PAUSE);
    }
    for (Product product : visit.views()) {
      into.add(plain(prefix + n++, Act.VIEW, who, at, product, null, null));
      at = at.plus(PAUSE);
    }
    CartLine cart = visit.cart();
    if (cart != null) {
      String id = cartEventId(visit);
      into.add(plain(id, Act.ADD, who, at, cart.product(), cart.quantity(), null));
    }
  }

  /** What shoppers make of their carts, and what comes back of earlier orders. */
  List<SentEvent> reactions(
      Phase phase, List<Visit> visits, Map<String, Answer> answers, List<PhaseBook> earlier) {
    var events = new ArrayList<SentEvent>();
    for (Visit visit : visits) {
      if (visit.cart() != null) {
        react(visit, answers.get(cartEventId(visit)), events);
      }
    }
    for (PhaseBook book : earlier) {
      takeBack(phase, book, events);
    }
    events.sort(BY_TIME);
    return events;
  }

  private void react(Visit visit, Answer answer, List<SentEvent> into) {
    boolean promoted = answer.promotion() != null;
    Reaction reaction = model.react(visit, promoted);
    String prefix = "r-" + visit.phase().index() + "-" + visit.shopper().index() + "-";
    String who = visit.shopper().id();
    Instant at = visit.reactsAt();
    if (reaction.seen()) {
      into.add(plain(prefix + "s", Act.SEE_PROMOTION, who, at, null, null, answer));
    }
    if (reaction.clicked()) {
      Instant then = at.plus(PAUSE);
      into.add(plain(prefix + "k", Act.CLICK_PROMOTION, who, then, null, null, answer));
    }
    at = at.plus(PAUSE.multipliedBy(2));
    CartLine cart = visit.cart();
    if (!reaction.ordered()) {
      into.add(plain(prefix + "x", Act.REMOVE, who, at, cart.product(), cart.quantity(), null));
      return;
    }
    if (promoted) {
      into.add(plain(prefix + "p", Act.REDEEM, who, at, null, null, answer));
    }
    into.add(
        new SentEvent(
            0,
            SentEvent.ACCEPTED,
            prefix + "o",
            Act.ORDER,
            who,
            at.plus(PAUSE),
            cart.product().id(),
            cart.product().category(),
            cart.quantity(),
            cart.product().priceCents(),
            reaction.discountCents() == 0 ? null : (Long) reaction.discountCents(),
            "o-" + visit.phase().index() + "-" + visit.shopper().index(),
            promoted ? answer.promotion() : null,
            promoted ? answer.decisionId() : null));
  }

  private void takeBack(Phase phase, PhaseBook book, List<SentEvent> into) {
    int halfDays = phase.index() - book.phase();
    for (SentEvent order : book.events()) {
      if (order.act() == Act.ORDER && order.isAccepted()) {
        Afterwards afterwards = model.afterwards(shoppers.get(order.shopper()), book.phase());
        if (afterwards != Afterwards.KEPT && afterwards.halfDays() == halfDays) {
          into.add(takenBack(order, afterwards, halfDays));
        }
      }
    }
  }

  private static SentEvent takenBack(SentEvent order, Afterwards afterwards, int halfDays) {
    return new SentEvent(
        0,
        SentEvent.ACCEPTED,
        "t-" + order.orderId(),
        afterwards == Afterwards.CANCELLED ? Act.CANCEL : Act.REFUND,
        order.shopper(),
        order.at().plus(Season.HALF_DAY.multipliedBy(halfDays)),
        order.product(),
        order.category(),
        order.quantity(),
        order.unitPriceCents(),
        order.discountCents(),
        order.orderId(),
        order.promotionId(),
        order.decisionId());
  }

  private static SentEvent plain(
      String id,
      Act act,
      String shopper,
      Instant at,
      Product product,
      Integer quantity,
      Answer answer) {
    return new SentEvent(
        0,
        SentEvent.ACCEPTED,
        id,
        act,
        shopper,
        at,
        product == null ? null : product.id(),
        product == null ? null : product.category(),
        quantity,
        product == null ? null : (Long) product.priceCents(),
        null,
        null,
        answer == null ? null : answer.promotion(),
        answer == null ? null : answer.decisionId());
  }
}
