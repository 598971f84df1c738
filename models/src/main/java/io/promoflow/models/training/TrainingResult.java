package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of training one model on one window: a row of {@code models.model_versions}.
 *
 * @param name of the model
 * @param windowStart exclusive
 * @param windowEnd inclusive
 * @param trainer that won the window; "none" when no trainer did
 * @param examples rows fitted on
 * @param heldOut rows judged on
 * @param published whether it goes to serving
 * @param shadow whether it could go to serving but waits for its release
 * @param reason why, or why not, as text
 * @param metrics on the held-out rows; only finite ones
 * @param model empty when there is none that is well formed
 * @param championVersion what it was compared with; empty when it was not
 * @param championMetrics on the same held-out rows
 * @param verdicts on every trainer that competed
 */
public record TrainingResult(
    String name,
    Instant windowStart,
    Instant windowEnd,
    String trainer,
    long examples,
    long heldOut,
    boolean published,
    boolean shadow,
    String reason,
    Map<String, Double> metrics,
    Optional<ModelVersion> model,
    Optional<String> championVersion,
    Map<String, Double> championMetrics,
    List<Contest.Verdict> verdicts) {

  /** {@code propensity@2026-01-07T00:00:00Z}: training a window again gives the same version. */
  public static String version(String name, Instant windowEnd) {
    return name + "@" + windowEnd;
  }

  /** The same, but it doesn't go to serving. */
  TrainingResult refused(String why) {
    return with(false, why);
  }

  /** The same, but what would go to serving waits for its release. */
  TrainingResult held() {
    return published ? with(true, reason) : this;
  }

  private TrainingResult with(boolean waits, String why) {
    return new TrainingResult(
        name,
        windowStart,
        windowEnd,
        trainer,
        examples,
        heldOut,
        false,
        waits,
        why,
        metrics,
        model,
        championVersion,
        championMetrics,
        verdicts);
  }

  /** Name and window end. */
  public String version() {
    return version(name, windowEnd);
  }
}
