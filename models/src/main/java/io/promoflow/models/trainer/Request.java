package io.promoflow.models.trainer;

import java.util.Optional;

/**
 * One fit that is asked for. The same request gives the same model.
 *
 * @param settings of the trainer
 * @param seed of all that is random
 * @param from a model of the same columns to start from; empty for a cold start
 */
public record Request(
    Sample sample, Hyperparameters settings, long seed, Optional<Parameters> from) {}
