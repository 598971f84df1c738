package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.RuleSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a file, or going back, makes of the rules in force, as of one moment.
 *
 * @param before in force before it; version 0, without any rule, before the first
 * @param after in force after it: the next version, or the same as before. The next version may say
 *     the same of everything in force and only stand on another file.
 */
public record RuleChange(RuleSet before, RuleSet after) {
  private static final RuleSet NOTHING =
      new RuleSet(0, "", "", Instant.EPOCH, null, List.of(), List.of());

  static RuleChange to(RuleSet after, Optional<RuleSet> current) {
    return new RuleChange(current.orElse(NOTHING), after);
  }

  static RuleChange none(RuleSet current) {
    return new RuleChange(current, current);
  }

  /** Whether it makes a version. */
  public boolean isNew() {
    return after.version() > before.version();
  }

  /** What differs of what is in force, one line per difference. */
  public List<String> differences() {
    return RulePlan.between(before, after);
  }
}
