package io.promoflow.serving.allocation;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How dual prices are made.
 *
 * @param slide event time between new prices
 * @param sample about how many decisions of a slide they are made from
 * @param horizon over which budget and stock shall last that have no end
 */
public record AllocationOptions(Duration slide, int sample, Duration horizon)
    implements Serializable {

  public static final Option<Duration> SLIDE =
      Option.duration(
          "serving.allocation.slide", "PT15M", "event time between new prices of what is scarce");
  public static final Option<Integer> SAMPLE =
      Option.integer(
          "serving.allocation.sample",
          2_000,
          10,
          1_000_000,
          "about how many decisions of a slide prices are made from");
  public static final Option<Duration> HORIZON =
      Option.duration(
          "serving.allocation.horizon",
          "P30D",
          "how long budget and stock of a promotion without end shall last");

  public static final List<Option<?>> ALL = List.of(SLIDE, SAMPLE, HORIZON);

  public static AllocationOptions from(Settings settings) {
    return new AllocationOptions(settings.get(SLIDE), settings.get(SAMPLE), settings.get(HORIZON));
  }

  /** Most decisions of one slide that are kept; with one more its share is halved. */
  public long mostSampled() {
    return 2L * sample;
  }

  /** Share of the shoppers that the next slide begins with, after one of so many decisions. */
  public double shareAfter(long decisions) {
    return Math.min(1, sample / (double) decisions);
  }

  /** End of the slide that a moment lies in. */
  public long slideEnd(long epochMillis) {
    long length = slide.toMillis();
    return Math.floorDiv(epochMillis, length) * length + length;
  }
}
