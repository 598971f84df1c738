package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.Draws.Purpose;
import io.promoflow.deploy.shop.ledger.PhaseBook;
import io.promoflow.deploy.shop.ledger.SentEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Slips broken and repeated records in between the good ones, each with what must become of it. */
final class BadInput {
  private static final double SHARE = 0.005;

  private final Draws draws;

  BadInput(Draws draws) {
    this.draws = draws;
  }

  /**
   * The events with some bad ones among them, numbered.
   *
   * @param before the last complete half-day, for late duplicates; empty in the first
   * @param firstPlace number of the first
   */
  List<SentEvent> among(
      List<SentEvent> good, int phase, Optional<PhaseBook> before, int firstPlace) {
    var all = new ArrayList<SentEvent>();
    for (SentEvent event : good) {
      all.add(event.numbered(firstPlace + all.size()));
      int place = firstPlace + all.size();
      if (draws.uniform(place, phase, Purpose.BAD_INPUT) < SHARE) {
        all.add(bad(event, phase, before, place).numbered(place));
      }
    }
    return all;
  }

  private SentEvent bad(SentEvent model, int phase, Optional<PhaseBook> before, int place) {
    int kinds = RawJson.BROKEN.size() + 2;
    int kind = draws.between(0, kinds - 1, place, phase, Purpose.BAD_KIND, 0);
    if (kind < RawJson.BROKEN.size()) {
      return broken(model, RawJson.BROKEN.get(kind).name(), "bad-" + phase + "-" + place);
    }
    SentEvent repeated =
        kind == RawJson.BROKEN.size() ? model : late(before, phase, place).orElse(model);
    return repeated.expecting(SentEvent.DUPLICATE);
  }

  /** An accepted event of the half-day before. */
  private Optional<SentEvent> late(Optional<PhaseBook> before, int phase, int place) {
    return before
        .map(book -> book.events().stream().filter(SentEvent::isAccepted).toList())
        .filter(events -> !events.isEmpty())
        .map(
            events ->
                events.get(draws.between(0, events.size() - 1, place, phase, Purpose.BAD_KIND, 1)));
  }

  private static SentEvent broken(SentEvent model, String reason, String id) {
    return new SentEvent(
        0,
        reason,
        id,
        model.act(),
        model.shopper(),
        model.at(),
        model.product(),
        model.category(),
        model.quantity(),
        model.unitPriceCents(),
        model.discountCents(),
        model.orderId(),
        model.promotionId(),
        model.decisionId());
  }
}
