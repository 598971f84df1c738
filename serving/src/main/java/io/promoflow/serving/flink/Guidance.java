package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.allocation.DualPrices;

/**
 * Something that all decisions go by: the rules, a model or the prices.
 *
 * @param rules null when it is something else
 * @param model null when it is something else
 * @param prices null when it is something else
 */
public record Guidance(RuleSet rules, ModelVersion model, DualPrices prices) {
  static Guidance of(RuleSet rules) {
    return new Guidance(rules, null, null);
  }

  static Guidance of(ModelVersion model) {
    return new Guidance(null, model, null);
  }

  static Guidance of(DualPrices prices) {
    return new Guidance(null, null, prices);
  }
}
