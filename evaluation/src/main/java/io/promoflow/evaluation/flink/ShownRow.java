package io.promoflow.evaluation.flink;

import java.time.Instant;

/**
 * How many decisions of a variant were really shown.
 *
 * @param counted all so far
 * @param writtenAtWall wall clock
 */
public record ShownRow(ShownDelta counted, Instant writtenAtWall) {}
