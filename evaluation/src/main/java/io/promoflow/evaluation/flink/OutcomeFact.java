package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.OutcomeValue;
import java.time.Instant;

/**
 * What one outcome of an exposed shopper added.
 *
 * @param shopperId pseudonym
 * @param outcome null to forget all of the shopper
 * @param value null to take the outcome out
 * @param writtenAtWall wall clock
 */
public record OutcomeFact(
    String shopperId, Outcome outcome, OutcomeValue value, Instant writtenAtWall) {
  boolean isForgotten() {
    return value == null;
  }
}
