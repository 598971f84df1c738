package io.promoflow.evaluation;

import io.promoflow.evaluation.Exposure.Sighting;

/**
 * How one shopper was assigned in one experiment, where only what was shown exposes: the first
 * decision, and when anything of the experiment was first shown. When nothing was shown within the
 * attribution window from that decision on, the exposure is missing; nothing that comes later
 * changes that, so the number of missing ones only grows. A function of the set of decisions and of
 * when they were shown, not of their order of arrival.
 *
 * @param first decision of the experiment, shown or not
 * @param shownAtMillis when anything was first shown, epoch milliseconds; null when never
 */
public record Assignment(Sighting first, Long shownAtMillis) {
  /** The name, in tables and evidence, of the check of those whose exposure is missing. */
  public static final String MISSING_EXPOSURE = "missing_exposure";

  public static Assignment of(Placement placement) {
    return new Assignment(placement.sighting(), null);
  }

  /** With one more decision of the same experiment. */
  public Assignment with(Placement placement) {
    Sighting added = placement.sighting();
    return Exposure.BY_TIME.compare(added, first) < 0 ? new Assignment(added, shownAtMillis) : this;
  }

  /** With one more moment at which something was shown. */
  public Assignment shownAt(long atMillis) {
    return shownAtMillis == null || atMillis < shownAtMillis
        ? new Assignment(first, atMillis)
        : this;
  }

  /** Whether nothing was shown in time. Known once event time has passed the window. */
  public boolean isMissing(long windowMillis) {
    return shownAtMillis == null || shownAtMillis >= first.atMillis() + windowMillis;
  }
}
