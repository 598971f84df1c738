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
 * @param clippedShare Σ(w − min(w, M)) / Σw with M the largest weight that is allowed (Ionides
 *     2008): how much of the policy's own choices the value does not count. Its bias is at most
 *     that share of the largest reward (Bottou et al. 2013, on clipped weights). Not the share of
 *     the decisions that were cut: with little exploration a handful carries nearly all the weight
 */
public record PolicyValue(
    long units,
    double value,
    double standardError,
    double low,
    double high,
    double effectiveUnits,
    double clippedShare) {}
