package io.promoflow.features.flink;

import io.promoflow.features.Entity;
import io.promoflow.ingestion.schema.FeatureRow;
import java.time.Instant;
import java.util.Map;

/**
 * Features of something other than a shopper, as they stood at a moment.
 *
 * @param entity what it is about, e.g. {@code product}
 * @param key which one
 * @param asOf end of the windows, exclusive
 * @param values numeric features by name; an absent key is a missing value
 * @param categories categorical features by name
 * @param featuresVersion fingerprint of the declarations that made the row
 */
public record EntityRow(
    String entity,
    String key,
    Instant asOf,
    Map<String, Double> values,
    Map<String, String> categories,
    String featuresVersion) {

  static EntityRow of(Entity entity, FeatureRow row) {
    return new EntityRow(
        entity.word(),
        row.shopperId(),
        row.asOf(),
        row.values(),
        row.categories(),
        row.featuresVersion());
  }
}
