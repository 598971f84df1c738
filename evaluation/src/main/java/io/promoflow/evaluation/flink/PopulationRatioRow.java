package io.promoflow.evaluation.flink;

/**
 * The sample-ratio check of one experiment over one population.
 *
 * @param population whom it counts: the id of a population, or those whose exposure is missing
 * @param check as over everybody
 */
public record PopulationRatioRow(String population, SampleRatioRow check) {}
