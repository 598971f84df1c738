package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the newest published versions before a window are.
 *
 * @param segments empty when none was published
 * @param propensity empty when none was published
 * @param usedSegments every segment id that was ever published, or waits for it
 * @param responses to kinds of promotions, by name
 */
public record Champions(
    Optional<ModelVersion> segments,
    Optional<ModelVersion> propensity,
    Set<String> usedSegments,
    Map<String, ModelVersion> responses) {

  /** Without responses. */
  public Champions(
      Optional<ModelVersion> segments,
      Optional<ModelVersion> propensity,
      Set<String> usedSegments) {
    this(segments, propensity, usedSegments, Map.of());
  }

  Optional<ModelVersion> named(String name) {
    return name.equals(SegmentTraining.NAME) ? segments : propensity;
  }
}
