package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who takes part in which experiment, since when, and in which populations: by the decisions that
 * were really shown. In the experiment on the loop itself by all of them, as those who are held out
 * are shown nothing.
 */
final class ExpectedExposures {
  /** The experiment on the loop itself, in which everybody takes part who gets a decision. */
  static final String LOOP = "loop-holdout";

  static final String HELD_OUT = "holdout";
  static final String PROMOTED = "promoted";

  /** What the check of those who were shown nothing in time is called. */
  static final String MISSING = "missing_exposure";

  static final List<String> POPULATIONS = List.of("everybody", "uncontaminated", "triggered");

  /**
   * A shopper in an experiment.
   *
   * @param experiment id
   * @param shopper pseudonym
   * @param variant of the decision that was shown first
   * @param segment of that decision, {@code none} when it had none
   * @param at when it was shown
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

  /**
   * What an experiment did with a shopper at a moment.
   *
   * @param at when it was shown, or decided
   */
  private record Sighting(
      String variant, String segment, Instant at, String decisionId, boolean triggered) {
    static final Comparator<Sighting> BY_TIME =
        Comparator.comparing(Sighting::at).thenComparing(Sighting::decisionId);

    static Sighting of(DecisionRow decision, Instant at) {
      String segment = decision.segment() == null ? "none" : decision.segment();
      return new Sighting(
          decision.variant(), segment, at, decision.decisionId(), decision.triggered());
    }

    Sighting inTheLoop(boolean heldOut) {
      return new Sighting(heldOut ? HELD_OUT : PROMOTED, segment, at, decisionId, true);
    }
  }

  private record Subject(String experiment, String shopper) {}

  private ExpectedExposures() {}

  /**
   * Every shopper of every experiment once.
   *
   * @param views what was shown
   * @param holdingOut rule versions under which a decision exposes to {@link #LOOP}
   * @param window of attribution
   */
  static List<Exposed> of(
      List<DecisionRow> decisions, ExpectedViews views, Set<Long> holdingOut, Duration window) {
    Map<Subject, List<Sighting>> seen = new LinkedHashMap<>();
    for (DecisionRow decision : decisions) {
      if (isOfAnExperiment(decision)) {
        views
            .firstOf(decision, window)
            .ifPresent(at -> see(seen, decision, decision.experiment(), Sighting.of(decision, at)));
      }
      if (holdingOut.contains(decision.ruleVersion())) {
        boolean heldOut = LOOP.equals(decision.experiment());
        see(seen, decision, LOOP, Sighting.of(decision, decision.at()).inTheLoop(heldOut));
      }
    }
    var exposed = new ArrayList<Exposed>(seen.size());
    seen.forEach((subject, sightings) -> exposed.add(exposed(subject, sightings, window)));
    return exposed;
  }

  /** Whether it must be shown to count. */
  static boolean isOfAnExperiment(DecisionRow decision) {
    return decision.experiment() != null && !LOOP.equals(decision.experiment());
  }

  /**
   * Shoppers by experiment who were decided for, but shown nothing within the window from their
   * first decision on.
   *
   * @param upTo windows that end later do not count yet
   */
  static Map<String, Long> missing(
      List<DecisionRow> decisions, ExpectedViews views, Duration window, Instant upTo) {
    Map<Subject, Instant> assigned = new HashMap<>();
    Map<Subject, Instant> shown = new HashMap<>();
    for (DecisionRow decision : decisions) {
      if (isOfAnExperiment(decision)) {
        var subject = new Subject(decision.experiment(), decision.shopper());
        assigned.merge(subject, decision.at(), ExpectedExposures::earlier);
        views
            .firstOf(decision, window)
            .ifPresent(at -> shown.merge(subject, at, ExpectedExposures::earlier));
      }
    }
    var missing = new TreeMap<String, Long>();
    assigned.forEach(
        (subject, at) -> {
          Instant end = at.plus(window);
          Instant view = shown.get(subject);
          if (!end.isAfter(upTo) && (view == null || !view.isBefore(end))) {
            missing.merge(subject.experiment(), 1L, Long::sum);
          }
        });
    return missing;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static void see(
      Map<Subject, List<Sighting>> seen,
      DecisionRow decision,
      String experiment,
      Sighting sighting) {
    seen.computeIfAbsent(new Subject(experiment, decision.shopper()), s -> new ArrayList<>())
        .add(sighting);
  }

  private static Exposed exposed(Subject subject, List<Sighting> sightings, Duration window) {
    sightings.sort(Sighting.BY_TIME);
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
