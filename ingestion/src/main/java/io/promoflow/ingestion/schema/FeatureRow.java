package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.Map;

/**
 * A shopper's features as they stood at a moment.
 *
 * @param shopperId pseudonym
 * @param asOf end of the windows, exclusive: only events before it are counted
 * @param values numeric features by name, e.g. {@code spend_cents_7d}; an absent key is a missing
 *     value
 * @param categories categorical features by name, e.g. {@code preferred_category_30d}; absent when
 *     unknown
 * @param featuresVersion fingerprint of the declarations that made the row
 */
public record FeatureRow(
    String shopperId,
    Instant asOf,
    Map<String, Double> values,
    Map<String, String> categories,
    String featuresVersion) {}
