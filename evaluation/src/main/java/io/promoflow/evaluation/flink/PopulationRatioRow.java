package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Population;

/**
 * The sample-ratio check of one experiment over one population.
 *
 * @param population whom it counts
 * @param check as over everybody
 */
public record PopulationRatioRow(Population population, SampleRatioRow check) {}
