package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.Map;

/**
 * Features as they stood at a moment, and what the shopper did in the horizon after it.
 *
 * @param shopperId pseudonym
 * @param at the moment; features count events before it, the label counts events from it on
 * @param labelledAt {@code at} plus the horizon: from then on the label is known
 * @param values numeric features; an absent key is a missing value
 * @param categories categorical features
 * @param ordered whether the shopper ordered in {@code [at, labelledAt)}
 * @param featuresVersion fingerprint of the declarations
 */
public record TrainingExample(
    String shopperId,
    Instant at,
    Instant labelledAt,
    Map<String, Double> values,
    Map<String, String> categories,
    boolean ordered,
    String featuresVersion) {}
