package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.RuleSet;

/**
 * One line of the rule book.
 *
 * @param rules the whole set
 * @param reverts adjustment that this version undoes; null for others
 * @param sourceText the YAML it was read from; null when no person wrote it
 * @param backTo earlier version that it puts in force again; null for others
 */
public record RuleVersion(RuleSet rules, String reverts, String sourceText, Long backTo) {

  RuleVersion(RuleSet rules, String reverts, String sourceText) {
    this(rules, reverts, sourceText, null);
  }
}
