package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import java.util.Map;

/**
 * A logged decision, and how probable each choice is when other rules or models make it.
 *
 * @param decision as it was made
 * @param choice what it gave, or {@link RulePreview#NOTHING}
 * @param then probability by choice under the rules and models of then; empty when the decision
 *     cannot be made again
 * @param incumbent the same of those that are to be replaced
 * @param challenger the same of those that would take their place
 */
public record Shadowed(
    Decision decision,
    String choice,
    Map<String, Double> then,
    Map<String, Double> incumbent,
    Map<String, Double> challenger) {

  /** A decision that cannot be made again. */
  static Shadowed unknown(Decision decision) {
    return new Shadowed(decision, ChoiceShares.choice(decision), Map.of(), Map.of(), Map.of());
  }
}
