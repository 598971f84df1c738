package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.PromotionDay;
import io.promoflow.evaluation.PromotionSums;

/**
 * A correction of a promotion's day.
 *
 * @param day where it is counted
 * @param sums what is added
 */
public record PromotionDelta(PromotionDay day, PromotionSums sums) {}
