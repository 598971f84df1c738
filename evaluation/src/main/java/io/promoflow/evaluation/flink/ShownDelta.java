package io.promoflow.evaluation.flink;

/**
 * A decision of an experiment that was made, or was shown for the first time.
 *
 * @param of what it is counted for
 * @param decisions made
 * @param shown shown
 */
public record ShownDelta(Of of, long decisions, long shown) {
  /**
   * A variant of an experiment.
   *
   * @param experimentId which experiment
   * @param variant that was assigned
   */
  public record Of(String experimentId, String variant) {}

  ShownDelta plus(ShownDelta other) {
    return new ShownDelta(of, decisions + other.decisions, shown + other.shown);
  }
}
