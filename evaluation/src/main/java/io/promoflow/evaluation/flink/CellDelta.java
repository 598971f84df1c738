package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;

/**
 * A correction of an experiment's sums that one record of one shopper brought.
 *
 * @param key where it is counted
 * @param sums what is added; negative to take something back, zero when only time went on
 * @param recordAtMillis event time of the record; 0 when the shopper was not exposed
 * @param outcomeSeenAtMillis wall clock at which the outcome in it was read; 0 when it has none
 */
public record CellDelta(
    CellKey key, CellSums sums, long recordAtMillis, long outcomeSeenAtMillis) {}
