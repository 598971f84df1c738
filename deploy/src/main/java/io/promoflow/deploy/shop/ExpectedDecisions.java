package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which decisions the ledger asks for, about whom, and for which moment. */
final class ExpectedDecisions {
  private static final String CART = "cart-";
  private static final String LATE_VIEW = "late-view-";
  private static final String CLOSING_VIEW = "closing-view-";

  /** Its promotion suits every cart; what other experiments give is the same in every variant. */
  private static final String PROMOTING = "cart-discount";

  private final Pseudonyms pseudonyms;
  private final Map<String, Asked> byRequest = new HashMap<>();

  /**
   * What a decision must be about.
   *
   * @param shopper pseudonym
   * @param at null for a visit: the ledger holds what a visit left behind, not when it began
   */
  private record Asked(String shopper, Instant at) {}

  ExpectedDecisions(List<SentEvent> sent, Pseudonyms pseudonyms) {
    this.pseudonyms = pseudonyms;
    sent.stream().filter(SentEvent::accepted).forEach(this::ask);
  }

  private void ask(SentEvent event) {
    if (event.event().equals("Product Added")) {
      byRequest.put(event.id(), new Asked(pseudonyms.of(event.shopper()), event.at()));
      visit(event, event.id().substring(CART.length()));
    } else if (event.id().startsWith(LATE_VIEW)) {
      visit(event, event.id().substring(LATE_VIEW.length()));
    } else if (event.id().startsWith(CLOSING_VIEW)) {
      byRequest.put(
          "closing-" + event.id().substring(CLOSING_VIEW.length()),
          new Asked(pseudonyms.of(event.shopper()), event.at().minusSeconds(1)));
    }
  }

  private void visit(SentEvent trace, String phaseAndShopper) {
    byRequest.put("visit-" + phaseAndShopper, new Asked(pseudonyms.of(trace.shopper()), null));
  }

  Collection<String> requests() {
    return byRequest.keySet();
  }

  /** What is wrong with a decision that was asked for; empty when nothing is. */
  Optional<String> problem(DecisionRow row) {
    Asked asked = byRequest.get(row.requestId());
    if (!asked.shopper().equals(row.shopper())) {
      return Optional.of("shopper must be " + asked.shopper() + ", is " + row.shopper());
    }
    if (asked.at() != null && !asked.at().equals(row.at())) {
      return Optional.of("moment must be " + asked.at() + ", is " + row.at());
    }
    boolean triggered = PROMOTING.equals(row.experiment());
    return row.triggered() == triggered
        ? Optional.empty()
        : Optional.of("triggered must be " + triggered + ", is " + row.triggered());
  }
}
