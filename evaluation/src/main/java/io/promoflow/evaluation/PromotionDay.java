package io.promoflow.evaluation;

/**
 * One promotion on one day.
 *
 * @param epochDay UTC day since 1970-01-01
 * @param promotionId which promotion
 */
public record PromotionDay(long epochDay, String promotionId) {}
