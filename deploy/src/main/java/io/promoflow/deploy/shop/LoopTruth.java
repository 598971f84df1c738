package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.ExpectedExposures.Exposed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What promoting really brought those who could be promoted: the shop lives the fortnight again
 * with the same shoppers in the same mood, and nobody gets anything.
 */
final class LoopTruth {
  private final Pseudonyms pseudonyms;
  private final Map<String, List<SentEvent>> unpromoted = new HashMap<>();
  private final Duration window;

  LoopTruth(ShopModel model, String pseudonymKey, Duration window) {
    this.pseudonyms = new Pseudonyms(pseudonymKey);
    this.window = window;
    var script = new Script(model);
    List<SentEvent> before = List.of();
    for (int phase = 0; phase < Calendar.PHASES; phase++) {
      before = script.answers(phase, Map.of(), before);
      file(before, unpromoted);
    }
  }

  private void file(List<SentEvent> events, Map<String, List<SentEvent>> byShopper) {
    for (SentEvent event : events) {
      if (event.accepted()) {
        byShopper
            .computeIfAbsent(pseudonyms.of(event.shopper()), s -> new ArrayList<>())
            .add(event);
      }
    }
  }

  /**
   * Profit in the window as it was less what it would have been, in cents per shopper.
   *
   * @param promoted who was not held out
   * @param sent what they did
   */
  double effectCents(List<Exposed> promoted, List<SentEvent> sent) {
    Map<String, List<SentEvent>> happened = new HashMap<>();
    file(sent, happened);
    return promoted.stream()
        .mapToDouble(one -> profitCents(one, happened) - profitCents(one, unpromoted))
        .average()
        .orElse(Double.NaN);
  }

  private double profitCents(Exposed one, Map<String, List<SentEvent>> events) {
    return ExpectedOutcomes.within(
            one.at(), one.at().plus(window), events.getOrDefault(one.shopper(), List.of()))
        .get("profit");
  }
}
