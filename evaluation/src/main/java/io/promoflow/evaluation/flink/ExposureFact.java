package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Exposure;
import java.time.Instant;

/**
 * That a shopper is in an experiment.
 *
 * @param shopperId pseudonym
 * @param exposure to one experiment; null to forget all of the shopper
 * @param writtenAtWall wall clock
 */
public record ExposureFact(String shopperId, Exposure exposure, Instant writtenAtWall) {
  boolean isForgotten() {
    return exposure == null;
  }
}
