package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.ResultRow;

/**
 * A result over one population.
 *
 * @param population whom it counts
 * @param result as over everybody
 */
public record PopulationRow(Population population, ResultRow result) {}
