package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;

/**
 * Something that all decisions go by: the rules or a model.
 *
 * @param rules null when it is a model
 * @param model null when it is the rules
 */
public record Guidance(RuleSet rules, ModelVersion model) {}
