package io.promoflow.evaluation.flink;

import java.time.Instant;

/**
 * How many shoppers of a variant were seen in another one, too.
 *
 * @param experiment id
 * @param variant the first one they were seen in, where they stay counted
 * @param units shoppers; 0 takes the row out of the table
 * @param contaminatedUnits those among them that were seen in another variant
 * @param writtenAtWall wall clock
 */
public record ContaminationRow(
    String experiment, String variant, long units, long contaminatedUnits, Instant writtenAtWall) {}
