package io.promoflow.features.flink;

import io.promoflow.features.FeatureEngine;
import io.promoflow.features.Slices;
import io.promoflow.ingestion.schema.TrainingExample;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;

/**
 * Training examples of one key: features at a moment, label from what happened in the horizon after
 * it. Both are read off the slices when the horizon has passed, so what a late event corrects in
 * one it corrects in the other.
 */
final class Examples implements Serializable {
  private static final long serialVersionUID = 1L;

  private final FeatureEngine engine;
  private final long every;
  private final long horizon;

  Examples(FeatureEngine engine, Duration every, Duration horizon) {
    this.engine = engine;
    this.every = every.toMillis();
    this.horizon = horizon.toMillis();
  }

  /** The example whose label is known at a boundary; null when none is. */
  TrainingExample labelledAt(long boundary, String key, Slices slices) {
    long at = boundary - horizon;
    return Math.floorMod(at, every) == 0 ? at(at, key, slices) : null;
  }

  /** The example at a moment; null when nothing had happened before it. */
  TrainingExample at(long at, String key, Slices slices) {
    if (!engine.anySlice(slices, at - engine.largestWindowMillis(), at)) {
      return null;
    }
    var row = engine.row(engine.vectorAt(at, key, slices));
    return new TrainingExample(
        key,
        row.asOf(),
        Instant.ofEpochMilli(at + horizon),
        row.values(),
        row.categories(),
        engine.ordered(slices, at, at + horizon),
        row.featuresVersion());
  }

  /** The first boundary after the one that windows stand at where an example is labelled. */
  long nextLabelAfter(Slices slices) {
    long at = firstAfter(engine.boundary(slices) - horizon);
    while (true) {
      long slice = engine.firstSliceFrom(slices, at - engine.largestWindowMillis());
      if (slice == Long.MAX_VALUE) {
        return Long.MAX_VALUE;
      }
      if (slice < at) {
        return at + horizon;
      }
      at = firstAfter(slice);
    }
  }

  private long firstAfter(long moment) {
    return Math.floorDiv(moment, every) * every + every;
  }

  /** Moments of the examples, labelled by {@code passed}, that an event in a slice belongs to. */
  LongStream touchedBy(long slice, long passed) {
    long last = Math.min(passed - horizon, slice + engine.largestWindowMillis());
    return LongStream.iterate(firstAfter(slice - horizon), at -> at <= last, at -> at + every);
  }
}
