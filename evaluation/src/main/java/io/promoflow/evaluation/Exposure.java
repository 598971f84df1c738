package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.Decision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * How one shopper was exposed to one experiment: the first sighting of every variant. The earliest
 * of them is the exposure; any other within the attribution window makes the shopper contaminated.
 * A function of the set of decisions and of when they were shown, not of their order of arrival.
 *
 * @param experimentId which experiment
 * @param sightings first one per variant, earliest first
 * @param triggeredAtMillis when the variants could first differ for the shopper, epoch
 *     milliseconds; null when never
 */
public record Exposure(String experimentId, List<Sighting> sightings, Long triggeredAtMillis) {
  /** Segment of a shopper who has none. */
  public static final String NO_SEGMENT = "none";

  /**
   * One decision under the experiment.
   *
   * @param variant assigned
   * @param segment at that moment; {@link #NO_SEGMENT} when there was none
   * @param atMillis event time, epoch milliseconds
   * @param decisionId breaks ties in time
   * @param ruleVersion whose weights assigned it
   */
  public record Sighting(
      String variant, String segment, long atMillis, String decisionId, long ruleVersion) {
    static Sighting of(Decision decision) {
      return new Sighting(
          decision.variant(),
          decision.segment() == null ? NO_SEGMENT : decision.segment(),
          decision.at().toEpochMilli(),
          decision.decisionId(),
          decision.ruleVersion());
    }

    Sighting at(long millis) {
      return new Sighting(variant, segment, millis, decisionId, ruleVersion);
    }
  }

  static final Comparator<Sighting> BY_TIME =
      Comparator.comparingLong(Sighting::atMillis).thenComparing(Sighting::decisionId);

  public static Exposure of(Placement placement) {
    return new Exposure(
        placement.experimentId(),
        new ArrayList<>(List.of(placement.sighting())),
        placement.triggered() ? placement.sighting().atMillis() : null);
  }

  /** With one more placement of the same experiment, or an earlier sighting of a known one. */
  public Exposure with(Placement placement) {
    var added = placement.sighting();
    var all = new ArrayList<Sighting>(sightings.size() + 1);
    boolean replaced = false;
    for (Sighting known : sightings) {
      boolean same = known.variant().equals(added.variant());
      all.add(same && BY_TIME.compare(added, known) < 0 ? added : known);
      replaced |= same;
    }
    if (!replaced) {
      all.add(added);
    }
    all.sort(BY_TIME);
    Long triggered = triggeredAtMillis;
    if (placement.triggered() && (triggered == null || added.atMillis() < triggered)) {
      triggered = added.atMillis();
    }
    return new Exposure(experimentId, all, triggered);
  }

  /** The sighting that exposed the shopper. */
  public Sighting first() {
    return sightings.get(0);
  }

  /** When the shopper was first seen in a second variant; empty when not within the window. */
  public OptionalLong contaminatedAtMillis(long windowMillis) {
    return sightings.size() < 2 || !covers(sightings.get(1).atMillis(), windowMillis)
        ? OptionalLong.empty()
        : OptionalLong.of(sightings.get(1).atMillis());
  }

  /** When the variants could first differ; empty when not within the window. */
  public OptionalLong triggeredAtMillis(long windowMillis) {
    return triggeredAtMillis == null || !covers(triggeredAtMillis, windowMillis)
        ? OptionalLong.empty()
        : OptionalLong.of(triggeredAtMillis);
  }

  /** How the shopper takes part, as far as it can be known at that time. */
  public Standing standing(long atMillis, long windowMillis) {
    return Standing.of(
        contaminatedAtMillis(windowMillis).orElse(Long.MAX_VALUE) <= atMillis,
        triggeredAtMillis(windowMillis).orElse(Long.MAX_VALUE) <= atMillis);
  }

  /** Whether an outcome of that time is attributed to this exposure. */
  public boolean covers(long atMillis, long windowMillis) {
    return atMillis >= first().atMillis() && atMillis < first().atMillis() + windowMillis;
  }
}
