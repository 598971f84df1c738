package io.promoflow.models.training;

import io.promoflow.ingestion.schema.TrainingExample;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What shoppers were given by chance in the horizon of an example, as serving logged it.
 *
 * @param byExample what the first decision of an experiment in the horizon gave
 */
public record Treatments(Map<Key, Treatment> byExample) {
  /** Where serving logs no decisions. */
  public static final Treatments NONE = new Treatments(Map.of());

  /** Which example. */
  public record Key(String shopperId, Instant at) {}

  /**
   * What was given.
   *
   * @param kind of promotion, such as {@code percent-off}, or {@code none}
   * @param probability with which it was chosen, above 0 and below 1
   */
  public record Treatment(String kind, double probability) {}

  Optional<Treatment> of(TrainingExample example) {
    return Optional.ofNullable(byExample.get(new Key(example.shopperId(), example.at())));
  }
}
