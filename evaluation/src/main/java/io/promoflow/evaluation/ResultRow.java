package io.promoflow.evaluation;

import java.time.Instant;

/**
 * One variant against the control, for one metric and segment, with all data so far; numbers that
 * are undefined are null.
 *
 * @param experiment id
 * @param variant id
 * @param control id of the control
 * @param metric name
 * @param segment id, {@code all} or {@code none}
 * @param units shoppers in the variant; 0 takes the row out of the table
 * @param controlUnits shoppers in the control
 * @param matureUnits those in the variant that count for the metric
 * @param matureControlUnits those in the control
 * @param mean of the variant's shoppers, in the metric's unit
 * @param controlMean of the control's
 * @param variance of the variant per shopper
 * @param controlVariance of the control per shopper
 * @param difference of the means within shoppers of the same draw; mean less control mean where
 *     weights never changed
 * @param standardError of the difference
 * @param low lower end of the fixed-horizon interval
 * @param high upper end of the fixed-horizon interval
 * @param alwaysValidLow lower end of the always-valid interval
 * @param alwaysValidHigh upper end of the always-valid interval
 * @param p fixed-horizon, two-sided
 * @param alwaysValidP always-valid, two-sided
 * @param relativeLift difference over control mean
 * @param relativeLow lower end of its interval
 * @param relativeHigh upper end of its interval
 * @param contaminatedUnits shoppers of the variant that were seen in another one, too
 * @param updatedEventTime event time of the newest record taken in
 * @param writtenAtWall wall clock
 */
public record ResultRow(
    String experiment,
    String variant,
    String control,
    String metric,
    String segment,
    long units,
    long controlUnits,
    long matureUnits,
    long matureControlUnits,
    Double mean,
    Double controlMean,
    Double variance,
    Double controlVariance,
    Double difference,
    Double standardError,
    Double low,
    Double high,
    Double alwaysValidLow,
    Double alwaysValidHigh,
    Double p,
    Double alwaysValidP,
    Double relativeLift,
    Double relativeLow,
    Double relativeHigh,
    long contaminatedUnits,
    Instant updatedEventTime,
    Instant writtenAtWall) {
  /** The segment of rows over all shoppers, those without a segment included. */
  public static final String ALL_SEGMENTS = "all";
}
