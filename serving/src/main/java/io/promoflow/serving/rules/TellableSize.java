package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import java.util.Optional;

/**
 * All rules are told as one record, and a broker takes records of 1 MiB at most. What adjustments
 * add later fits into the rest.
 */
final class TellableSize {
  private static final int MOST_BYTES = 900_000;

  private TellableSize() {}

  /** What is wrong with the size; empty when the rules can be told. */
  static Optional<String> problem(RuleSet rules) {
    int bytes = Wire.bytes(rules).length;
    return bytes <= MOST_BYTES
        ? Optional.empty()
        : Optional.of(
            "the rules with their products must take %d bytes at most, would take %d"
                .formatted(MOST_BYTES, bytes));
  }
}
