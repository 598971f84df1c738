package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.PromotionDay;
import io.promoflow.evaluation.PromotionSums;
import java.time.Instant;

/**
 * What became of one promotion on one day.
 *
 * @param day which
 * @param sums all so far; all zero takes the row out of the table
 * @param writtenAtWall wall clock
 */
public record PromotionRow(PromotionDay day, PromotionSums sums, Instant writtenAtWall) {}
