package io.promoflow.evaluation;

import java.time.Instant;

/**
 * What a result means among its fellows; numbers that are undefined are null.
 *
 * @param experiment id
 * @param variant id
 * @param metric name
 * @param segment id, {@code all} or {@code none}
 * @param units shoppers in the variant; 0 takes the row out of the table
 * @param holmP always-valid p, adjusted over all metrics and segments of the variant (Holm)
 * @param falseDiscoveryP the same by Benjamini and Hochberg
 * @param probabilityBetter that the variant is better than the control, given the prior
 * @param expectedLoss relative loss, on average, of shipping it where it is worse
 * @param adjustedDifference difference by CUPED; null without outcomes from before the exposure
 * @param adjustedLow lower end of its always-valid interval
 * @param adjustedHigh upper end of its always-valid interval
 * @param varianceRatio variance that CUPED leaves, 1 − ρ²
 * @param guardrail HELD, BROKEN or OPEN; null unless the metric is a guardrail
 * @param power of one look now to see the worthwhile lift
 * @param unitsNeeded shoppers of both groups until the always-valid interval sees it
 * @param daysLeft until then, at the pace so far
 * @param heterogeneityP of the effect over segments; only where the segment is {@code all}
 * @param updatedEventTime event time of the newest record taken in
 * @param writtenAtWall wall clock
 */
public record Judgement(
    String experiment,
    String variant,
    String metric,
    String segment,
    long units,
    Double holmP,
    Double falseDiscoveryP,
    Double probabilityBetter,
    Double expectedLoss,
    Double adjustedDifference,
    Double adjustedLow,
    Double adjustedHigh,
    Double varianceRatio,
    String guardrail,
    Double power,
    Long unitsNeeded,
    Double daysLeft,
    Double heterogeneityP,
    Instant updatedEventTime,
    Instant writtenAtWall) {}
