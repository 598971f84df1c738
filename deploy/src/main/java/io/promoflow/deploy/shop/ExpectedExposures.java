package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who takes part in which experiment, since when, and in which populations: from the decisions
 * alone.
 */
final class ExpectedExposures {
  /** The experiment on the loop itself, in which everybody takes part who gets a decision. */
  static final String LOOP = "loop-holdout";

  static final String HELD_OUT = "holdout";
  static final String PROMOTED = "promoted";
  static final List<String> POPULATIONS = List.of("everybody", "uncontaminated", "triggered");

  /**
   * A shopper in an experiment.
   *
   * @param experiment id
   * @param shopper pseudonym
   * @param variant of the first decision
   * @param segment of the first decision, {@code none} when it had none
   * @param at of the first decision
   * @param contaminated whether another variant followed within the attribution window
   * @param triggered whether the variants could have differed within the attribution window
   */
  record Exposed(
      String experiment,
      String shopper,
      String variant,
      String segment,
      Instant at,
      boolean contaminated,
      boolean triggered) {

    /** Whether the shopper counts in a population. */
    boolean isIn(String population) {
      return switch (population) {
        case "uncontaminated" -> !contaminated;
        case "triggered" -> triggered;
        default -> true;
      };
    }
  }

  private record Sighting(String variant, String segment, Instant at, boolean triggered) {}

  private record Subject(String experiment, String shopper) {}

  private ExpectedExposures() {}

  /**
   * Every shopper of every experiment once.
   *
   * @param holdingOut rule versions under which a decision exposes to {@link #LOOP}
   * @param window of attribution
   */
  static List<Exposed> of(List<DecisionRow> decisions, Set<Long> holdingOut, Duration window) {
    Map<Subject, List<Sighting>> seen = new LinkedHashMap<>();
    decisions.stream()
        .sorted(Comparator.comparing(DecisionRow::at).thenComparing(DecisionRow::decisionId))
        .forEach(
            decision -> {
              boolean heldOut = LOOP.equals(decision.experiment());
              if (decision.experiment() != null && !heldOut) {
                see(seen, decision, decision.experiment(), decision.variant());
              }
              if (holdingOut.contains(decision.ruleVersion())) {
                see(seen, decision, LOOP, heldOut ? HELD_OUT : PROMOTED);
              }
            });
    var exposed = new ArrayList<Exposed>(seen.size());
    seen.forEach((subject, sightings) -> exposed.add(exposed(subject, sightings, window)));
    return exposed;
  }

  private static void see(
      Map<Subject, List<Sighting>> seen, DecisionRow decision, String experiment, String variant) {
    String segment = decision.segment() == null ? "none" : decision.segment();
    boolean triggered = decision.triggered() || experiment.equals(LOOP);
    seen.computeIfAbsent(new Subject(experiment, decision.shopper()), s -> new ArrayList<>())
        .add(new Sighting(variant, segment, decision.at(), triggered));
  }

  private static Exposed exposed(Subject subject, List<Sighting> sightings, Duration window) {
    Sighting first = sightings.get(0);
    List<Sighting> inTime =
        sightings.stream().filter(one -> one.at().isBefore(first.at().plus(window))).toList();
    return new Exposed(
        subject.experiment(),
        subject.shopper(),
        first.variant(),
        first.segment(),
        first.at(),
        inTime.stream().anyMatch(one -> !one.variant().equals(first.variant())),
        inTime.stream().anyMatch(Sighting::triggered));
  }
}
