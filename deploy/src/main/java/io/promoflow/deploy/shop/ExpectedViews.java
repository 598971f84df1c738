package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which decisions the page of the shop really showed, and when, by the ledger. */
final class ExpectedViews {
  private final Map<String, List<Instant>> byDecision = new HashMap<>();

  ExpectedViews(List<SentEvent> sent) {
    for (SentEvent event : sent) {
      if (event.accepted() && event.event().equals("Promotion Viewed")) {
        byDecision
            .computeIfAbsent(event.decisionId(), decision -> new ArrayList<>())
            .add(event.at());
      }
    }
  }

  boolean shows(DecisionRow decision) {
    return byDecision.containsKey(decision.decisionId());
  }

  /**
   * When it was shown first, but not before it was made; empty when that was not within the window
   * to either side of it.
   */
  Optional<Instant> firstOf(DecisionRow decision, Duration window) {
    return byDecision.getOrDefault(decision.decisionId(), List.of()).stream()
        .filter(at -> Duration.between(decision.at(), at).abs().compareTo(window) < 0)
        .min(Instant::compareTo)
        .map(at -> at.isBefore(decision.at()) ? decision.at() : at);
  }
}
