package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import java.util.Optional;

/**
 * All rules are told as one record, and a broker takes records of 1 MiB at most. A file may not
 * take all of it: what adjustments add later, a pause above all, fits into the rest.
 */
final class TellableSize {
  private static final int MOST_BYTES_OF_A_FILE = 900_000;
  private static final int MOST_BYTES = 1_000_000;

  private TellableSize() {}

  /** What is wrong with the size of what a person wrote; empty when the rules can be told. */
  static Optional<String> problem(RuleSet rules) {
    return problem(rules, MOST_BYTES_OF_A_FILE);
  }

  /** Refuses an adjustment, or going back, whose rules cannot be told. */
  static void check(RuleSet rules) {
    problem(rules, MOST_BYTES)
        .ifPresent(
            problem -> {
              throw new RefusedException(problem);
            });
  }

  private static Optional<String> problem(RuleSet rules, int most) {
    int bytes = Wire.bytes(rules).length;
    return bytes <= most
        ? Optional.empty()
        : Optional.of(
            "the rules with their products must take %d bytes at most, would take %d"
                .formatted(most, bytes));
  }
}
