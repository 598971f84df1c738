package io.promoflow.evaluation.offline;

/**
 * A table as its mapping reads it.
 *
 * @param sums over its units
 * @param design what can be compared
 * @param contaminated units that have rows of more than one variant and count in their first
 * @param withoutVariant rows that name no variant and are left out
 */
record TableRead(ExperimentSums sums, Design design, long contaminated, long withoutVariant) {}
