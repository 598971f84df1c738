package io.promoflow.serving.allocation;

import java.util.Map;

/**
 * What there is to give away over the decisions of a sample; all numbers are at least 0.
 *
 * @param budgetCents by promotion; one that is not named has no budget to keep
 * @param units of stock by promotion; one that is not named has no stock to keep
 * @param contacts offers of whatever; null when unlimited
 */
public record Limits(Map<String, Double> budgetCents, Map<String, Double> units, Double contacts) {}
