package io.promoflow.features.health;

import io.promoflow.features.aggregate.Tally;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one feature looked like in some rows: how many, how many missing, the range, and how often
 * values came up. Profiles of parts merge to that of the whole, exactly.
 */
public final class Profile {
  /** Numbers that share sign, exponent and five bits of mantissa are one bucket: 3 % wide. */
  private static final int DROPPED_BITS = 52 - 5;

  private long rows;
  private long missing;
  private double least = Double.POSITIVE_INFINITY;
  private double greatest = Double.NEGATIVE_INFINITY;
  private long lastAsOf = Long.MIN_VALUE;
  private final Tally buckets = new Tally();

  public Profile() {}

  /** A profile as it was written down. */
  public Profile(
      long rows,
      long missing,
      double least,
      double greatest,
      long lastAsOf,
      long[] keys,
      long[] counts) {
    this.rows = rows;
    this.missing = missing;
    this.least = least;
    this.greatest = greatest;
    this.lastAsOf = lastAsOf;
    for (int i = 0; i < keys.length; i++) {
      buckets.add(keys[i], (int) counts[i]);
    }
  }

  /** Adds a row that has no value. */
  public void addMissing() {
    rows++;
    missing++;
  }

  /** Adds a row with a number. */
  public void add(double value, long asOf) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    addKey(bucket(value), asOf);
  }

  /** Adds a row with a category, by its hash. */
  public void addKey(long key, long asOf) {
    rows++;
    lastAsOf = Math.max(lastAsOf, asOf);
    buckets.add(key, 1);
  }

  /** In the order of the numbers, negative ones too. */
  private static long bucket(double value) {
    long bits = Double.doubleToLongBits(value + 0.0); // one zero, not two
    long key = (bits & Long.MAX_VALUE) >>> DROPPED_BITS;
    return bits < 0 ? -key : key;
  }

  /** Adds another profile. */
  public void merge(Profile other) {
    rows += other.rows;
    missing += other.missing;
    least = Math.min(least, other.least);
    greatest = Math.max(greatest, other.greatest);
    lastAsOf = Math.max(lastAsOf, other.lastAsOf);
    other.buckets.forEach(buckets::add);
  }

  public long rows() {
    return rows;
  }

  public long missing() {
    return missing;
  }

  /** The least number; infinite without any. */
  public double least() {
    return least;
  }

  /** The greatest number; infinite without any. */
  public double greatest() {
    return greatest;
  }

  /** The latest row that had a value, in milliseconds since 1970; Long.MIN_VALUE without any. */
  public long lastAsOf() {
    return lastAsOf;
  }

  /** How often values came up, by bucket, in the order of the numbers. */
  public SortedMap<Long, Long> buckets() {
    var sorted = new TreeMap<Long, Long>();
    buckets.forEach((key, count) -> sorted.put(key, (long) count));
    return sorted;
  }
}
