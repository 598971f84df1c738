package io.promoflow.serving;

import io.promoflow.ingestion.schema.RuleSet;

/**
 * Rules that one thread decides under again and again while it decides under others in between:
 * they are laid out once, at the first decision.
 */
public final class PreparedRules {
  private final RuleSet rules;
  private Screening screening;

  public PreparedRules(RuleSet rules) {
    this.rules = rules;
  }

  public RuleSet rules() {
    return rules;
  }

  Screening screening() {
    if (screening == null) {
      screening = new Screening(new CompiledRules(rules));
    }
    return screening;
  }
}
