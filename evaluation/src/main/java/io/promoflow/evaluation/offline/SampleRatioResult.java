package io.promoflow.evaluation.offline;

import java.util.Map;

/**
 * Whether the variants of a segment have the sizes that the weights promise.
 *
 * @param segment of the units
 * @param observed units by variant
 * @param expected units by variant
 * @param statistic χ²
 * @param p for one look
 * @param sequentialP for any number of looks
 * @param adjustedP the deciding one, adjusted over the segments that divide the same units
 * @param ok whether it is not broken
 */
public record SampleRatioResult(
    String segment,
    Map<String, Long> observed,
    Map<String, Double> expected,
    double statistic,
    double p,
    double sequentialP,
    double adjustedP,
    boolean ok) {}
