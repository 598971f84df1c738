package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.Decision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * How one shopper was exposed to one experiment: the first decision in every variant that was seen.
 * The earliest of them is the exposure; any other makes the shopper contaminated. A function of the
 * set of decisions, not of their order of arrival.
 *
 * @param experimentId which experiment
 * @param sightings first decision per variant, earliest first
 */
public record Exposure(String experimentId, List<Sighting> sightings) {
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
  }

  private static final Comparator<Sighting> BY_TIME =
      Comparator.comparingLong(Sighting::atMillis).thenComparing(Sighting::decisionId);

  public static boolean isOne(Decision decision) {
    return decision.experimentId() != null && decision.variant() != null;
  }

  public static Exposure of(Decision decision) {
    return new Exposure(decision.experimentId(), new ArrayList<>(List.of(Sighting.of(decision))));
  }

  /** With one more decision of the same experiment. */
  public Exposure with(Decision decision) {
    var added = Sighting.of(decision);
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
    return new Exposure(experimentId, all);
  }

  /** The decision that exposed the shopper. */
  public Sighting first() {
    return sightings.get(0);
  }

  /** When the shopper was first seen in a second variant; empty when never. */
  public OptionalLong contaminatedAtMillis() {
    return sightings.size() < 2
        ? OptionalLong.empty()
        : OptionalLong.of(sightings.get(1).atMillis());
  }

  /** Whether an outcome of that time is attributed to this exposure. */
  public boolean covers(long atMillis, long windowMillis) {
    return atMillis >= first().atMillis() && atMillis < first().atMillis() + windowMillis;
  }
}
