package io.promoflow.serving.pricing;

import io.promoflow.ingestion.schema.Promotion;
import java.time.Instant;

/**
 * A promotion that a decision promised a shopper.
 *
 * @param decisionId whose promise
 * @param at moment of the decision
 * @param promotion what was promised, by the rules in force
 */
public record Promised(String decisionId, Instant at, Promotion promotion) {}
