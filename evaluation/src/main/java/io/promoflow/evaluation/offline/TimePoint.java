package io.promoflow.evaluation.offline;

import java.time.LocalDate;

/**
 * The effect on the primary metric over all units that came until the end of a day.
 *
 * @param day last day that counts
 * @param result with those units
 */
public record TimePoint(LocalDate day, MetricResult result) {}
