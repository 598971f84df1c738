package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which version of a model is in force and whether it has grown stale: a row of {@code
 * models.model_health}.
 *
 * @param version empty while there is none
 * @param windowEnd of that version
 * @param clock event time as far as features are complete
 * @param reason what came of the newest training
 */
record ModelHealth(
    String name,
    Optional<String> version,
    Optional<Instant> windowEnd,
    Instant clock,
    boolean stale,
    String reason) {

  /**
   * Looks at a model.
   *
   * @param firstExample a model that does not exist is as old as this
   */
  static ModelHealth of(
      String name,
      Optional<ModelVersion> inForce,
      Instant firstExample,
      Instant clock,
      Duration staleAfter,
      String reason) {
    Instant since = inForce.map(ModelVersion::windowEnd).orElse(firstExample);
    return new ModelHealth(
        name,
        inForce.map(ModelVersion::version),
        inForce.map(ModelVersion::windowEnd),
        clock,
        since.plus(staleAfter).isBefore(clock),
        reason);
  }

  /** For the log. */
  String alarm() {
    return "%s is stale: %s, the clock says %s; the newest training: %s"
        .formatted(
            name,
            version.map(v -> v + " is in force").orElse("no version was ever published"),
            clock,
            reason);
  }
}
