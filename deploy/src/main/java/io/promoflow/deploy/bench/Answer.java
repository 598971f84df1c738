package io.promoflow.deploy.bench;

import java.util.concurrent.atomic.LongAdder;

/**
 * A checksum of rows that is the same in whatever order they come: the sum of a hash of each row.
 * Rows beyond the compared event time do not count, since the faster side gets further.
 */
final class Answer {
  private static final long PRIME = 0x9e3779b97f4a7c15L;

  private final long until;
  private final Laps laps;
  private final LongAdder sum = new LongAdder();
  private final LongAdder rows = new LongAdder();

  Answer(long until) {
    this(until, null);
  }

  /**
   * @param laps told how far event time is; null when nobody wants to know
   */
  Answer(long until, Laps laps) {
    this.until = until;
    this.laps = laps;
  }

  /** Whether a window that ends then is compared; asked for every row. */
  boolean wants(long windowEnd) {
    if (laps != null) {
      laps.reached(windowEnd);
    }
    return windowEnd <= until;
  }

  /** Adds a row: whose, as of when, and its values. */
  void add(String key, long windowEnd, long... values) {
    long hash = mix(key.hashCode() * PRIME + windowEnd);
    for (long value : values) {
      hash = mix(hash * PRIME + value);
    }
    sum.add(hash);
    rows.increment();
  }

  long rows() {
    return rows.sum();
  }

  String checksum() {
    return "%016x of %d rows".formatted(sum.sum(), rows.sum());
  }

  /** Finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
