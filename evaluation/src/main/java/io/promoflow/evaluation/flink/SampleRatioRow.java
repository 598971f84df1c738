package io.promoflow.evaluation.flink;

import java.time.Instant;
import java.util.Map;

/**
 * The sample-ratio check of one experiment.
 *
 * @param experiment id
 * @param units shoppers that were checked
 * @param uncheckedUnits shoppers whose rule version is unknown or was paused
 * @param observed shoppers by variant
 * @param expected shoppers by variant as the weights promise
 * @param statistic χ²
 * @param p fixed-horizon p
 * @param sequentialP always-valid p
 * @param ok false when the sample ratio is broken
 * @param updatedEventTime event time of the newest record taken in
 * @param writtenAtWall wall clock
 */
public record SampleRatioRow(
    String experiment,
    long units,
    long uncheckedUnits,
    Map<String, Long> observed,
    Map<String, Double> expected,
    double statistic,
    double p,
    double sequentialP,
    boolean ok,
    Instant updatedEventTime,
    Instant writtenAtWall) {}
