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
 * @param undecidable whether it cannot since it may rest on what the log does not keep: lines of
 *     the cart, the channel, a level that was told, or a budget that was too small and is another,
 *     or is cut or new and may be too small
 */
public record Shadowed(
    Decision decision,
    String choice,
    Map<String, Double> then,
    Map<String, Double> incumbent,
    Map<String, Double> challenger,
    boolean undecidable) {

  /** A decision that cannot be made again, since something that it rested on is lost. */
  static Shadowed unknown(Decision decision) {
    return without(decision, false);
  }

  /** A decision that cannot be made again, since the log does not keep what it may rest on. */
  static Shadowed undecidable(Decision decision) {
    return without(decision, true);
  }

  private static Shadowed without(Decision decision, boolean undecidable) {
    String choice = ChoiceShares.choice(decision);
    return new Shadowed(decision, choice, Map.of(), Map.of(), Map.of(), undecidable);
  }
}
