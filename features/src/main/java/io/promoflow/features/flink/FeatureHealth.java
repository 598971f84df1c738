package io.promoflow.features.flink;

import io.promoflow.features.health.Drift;
import io.promoflow.features.health.Profile;
import java.time.Duration;
import java.time.LocalDate;

/**
 * How good a feature was on a day.
 *
 * @param entity whom it is about
 * @param feature name with window
 * @param day ISO date, UTC
 * @param rows rows written
 * @param missingShare share of them without a value, 0 to 1
 * @param least least number; null when text or always missing
 * @param greatest greatest number; null when text or always missing
 * @param distinctBuckets different values, numbers within 3 % being one
 * @param drift population stability index against the day before; null without one
 * @param staleSeconds from the latest row with a value to the end of the day; null without any
 */
public record FeatureHealth(
    String entity,
    String feature,
    String day,
    long rows,
    double missingShare,
    Double least,
    Double greatest,
    long distinctBuckets,
    Double drift,
    Double staleSeconds) {

  /**
   * @param before the day before; null when there is none
   */
  static FeatureHealth of(DayProfile today, DayProfile before) {
    Profile profile = today.profile();
    double drift = before == null ? Double.NaN : Drift.index(before.profile(), profile);
    long end = Duration.ofDays(today.day() + 1).toMillis();
    boolean valued = today.rows() > today.missing();
    return new FeatureHealth(
        today.entity(),
        today.feature(),
        LocalDate.ofEpochDay(today.day()).toString(),
        today.rows(),
        today.rows() == 0 ? 0 : (double) today.missing() / today.rows(),
        finite(today.least()),
        finite(today.greatest()),
        profile.buckets().size(),
        finite(drift),
        valued ? (end - today.lastAsOf()) / 1_000.0 : null);
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
