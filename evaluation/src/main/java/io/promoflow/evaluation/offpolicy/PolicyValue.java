package io.promoflow.evaluation.offpolicy;

/**
 * What a policy would have brought per decision.
 *
 * @param units decisions it rests on
 * @param value reward per decision
 * @param standardError of the value
 * @param low lower end of its interval, for one look
 * @param high upper end of its interval
 * @param effectiveUnits (Σw)² / Σw²: as many decisions of the policy itself would say as much (Kong
 *     1992)
 * @param clippedShare share of the decisions whose weight was cut; above 0 the value is biased
 *     towards what the logging policy did
 */
public record PolicyValue(
    long units,
    double value,
    double standardError,
    double low,
    double high,
    double effectiveUnits,
    double clippedShare) {}
