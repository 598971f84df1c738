package io.promoflow.deploy.bench;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * How much comes in: every shopper does the same number of things in every slide.
 *
 * @param shoppers number of keys
 * @param eventsPerShopper in one slide
 * @param windowSlides slides that a window spans
 * @param comparedSlides slides whose answers are compared; a window is full before they end
 */
record Load(int shoppers, int eventsPerShopper, int windowSlides, int comparedSlides)
    implements Serializable {
  static final Duration SLIDE = Duration.ofMinutes(1);
  static final long SLIDE_MILLIS = SLIDE.toMillis();
  static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final int BEYOND_FULL = 4;

  Load(int shoppers, int eventsPerShopper, int windowSlides) {
    this(shoppers, eventsPerShopper, windowSlides, windowSlides + BEYOND_FULL);
  }

  int eventsPerSlide() {
    return shoppers * eventsPerShopper;
  }

  long windowMillis() {
    return windowSlides * SLIDE_MILLIS;
  }

  /** End of the compared event time, inclusive for window ends. */
  long comparedUntil() {
    return START + comparedSlides() * SLIDE_MILLIS;
  }

  /** The same events under another window. */
  Load withWindow(int slides) {
    return new Load(shoppers, eventsPerShopper, slides, comparedSlides);
  }

  @Override
  public String toString() {
    return "%,d shoppers x %d events per slide, window %d slides"
        .formatted(shoppers, eventsPerShopper, windowSlides);
  }
}
