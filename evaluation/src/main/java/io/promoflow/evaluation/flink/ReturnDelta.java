package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.ReturnCell;
import io.promoflow.evaluation.ReturnSums;

/**
 * A correction of what shoppers of one day of exposure brought.
 *
 * @param cell where it is counted
 * @param sums what is added
 */
public record ReturnDelta(ReturnCell cell, ReturnSums sums) {}
