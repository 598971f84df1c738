package io.promoflow.evaluation;

import io.promoflow.evaluation.Exposure.Sighting;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.LoopHoldout;
import java.util.Collection;
import java.util.OptionalLong;

/**
 * What one decision of an experiment put before a shopper, or would have put.
 *
 * @param experimentId which experiment
 * @param sighting variant and moment
 * @param triggered whether the variants could differ for the shopper at that moment; those of the
 *     experiment on the loop always can
 * @param shown whether a view of it was seen
 */
public record Placement(String experimentId, Sighting sighting, boolean triggered, boolean shown) {

  public static boolean isOne(Decision decision) {
    return decision.experimentId() != null && decision.variant() != null;
  }

  /** Not shown yet. */
  public static Placement of(Decision decision) {
    return new Placement(
        decision.experimentId(),
        Sighting.of(decision),
        Boolean.TRUE.equals(decision.triggered()) || isOfTheLoop(decision.experimentId()),
        false);
  }

  /** Whether it is one of the experiment on the loop itself. */
  public boolean isOfTheLoop() {
    return isOfTheLoop(experimentId);
  }

  private static boolean isOfTheLoop(String experimentId) {
    return LoopHoldout.ID.equals(experimentId);
  }

  /**
   * When it was shown: at the earliest view that names the decision, but never before the decision
   * itself, as the clocks of apps go wrong. Empty when no view lies within the window to either
   * side of it.
   */
  public OptionalLong shownAtMillis(Collection<Outcome> outcomes, long windowMillis) {
    long decided = sighting.atMillis();
    OptionalLong earliest =
        outcomes.stream()
            .filter(outcome -> outcome.shows(sighting.decisionId()))
            .mapToLong(Outcome::atMillis)
            .filter(at -> Math.abs(at - decided) < windowMillis)
            .min();
    return earliest.isPresent()
        ? OptionalLong.of(Math.max(decided, earliest.getAsLong()))
        : earliest;
  }

  public Placement asShown() {
    return new Placement(experimentId, sighting, triggered, true);
  }

  /** The same with an exposure that begins at that moment. */
  public Placement exposingAt(long atMillis) {
    return new Placement(experimentId, sighting.at(atMillis), triggered, shown);
  }
}
