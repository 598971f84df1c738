package io.promoflow.serving.allocation;

/**
 * A point of the dual.
 *
 * @param prices by resource, at least 0
 * @param value bound on the profit at these prices, cents
 */
record DualSolution(double[] prices, double value) {}
