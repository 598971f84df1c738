package io.promoflow.evaluation;

/**
 * Where a contribution is counted.
 *
 * @param experimentId which experiment
 * @param variant the shopper's first variant
 * @param segment the shopper's segment at exposure, or at the decision whose exposure is missing
 * @param ruleVersion whose weights assigned the variant
 * @param tickMillis the first tick that may know of it, epoch milliseconds
 * @param standing how the shopper takes part as of that tick
 */
public record CellKey(
    String experimentId,
    String variant,
    String segment,
    long ruleVersion,
    long tickMillis,
    Standing standing) {}
