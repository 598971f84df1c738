package io.promoflow.features.flink;

import io.promoflow.features.health.Profile;

/** A {@link Profile} on its way: what a feature looked like on a day, or in a part of it. */
public record DayProfile(
    String entity,
    String feature,
    long day,
    long rows,
    long missing,
    double least,
    double greatest,
    long lastAsOf,
    long[] keys,
    long[] counts) {

  static DayProfile of(String entity, String feature, long day, Profile profile) {
    var buckets = profile.buckets();
    return new DayProfile(
        entity,
        feature,
        day,
        profile.rows(),
        profile.missing(),
        profile.least(),
        profile.greatest(),
        profile.lastAsOf(),
        buckets.keySet().stream().mapToLong(Long::longValue).toArray(),
        buckets.values().stream().mapToLong(Long::longValue).toArray());
  }

  Profile profile() {
    return new Profile(rows, missing, least, greatest, lastAsOf, keys, counts);
  }
}
