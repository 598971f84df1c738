package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CategoryRevenue.Slice;

/**
 * A correction of what a category brought on a day.
 *
 * @param slice where it is counted
 * @param cents what is added
 */
public record CategoryDelta(Slice slice, long cents) {}
