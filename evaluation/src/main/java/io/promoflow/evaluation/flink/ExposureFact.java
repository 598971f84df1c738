package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Exposure;
import java.time.Instant;

/**
 * That a shopper is in an experiment.
 *
 * @param shopperId pseudonym
 * @param exposure to one experiment; null to forget all of the shopper
 * @param contaminated whether the shopper was exposed to a second variant within the window
 * @param writtenAtWall wall clock
 */
public record ExposureFact(
    String shopperId, Exposure exposure, boolean contaminated, Instant writtenAtWall) {
  boolean isForgotten() {
    return exposure == null;
  }
}
