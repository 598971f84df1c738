package io.promoflow.deploy.shop;

import java.time.Duration;
import java.time.Instant;

/**
 * The simulated fortnight, cut into half-day phases that lie six hours off the boundaries of the
 * feature windows: a boundary falls into the middle of each phase. Carts are filled before it and
 * ordered after it, so a decision at a cart sees the features of the boundary before, whatever the
 * speed of the run.
 */
public final class Calendar {
  public static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  public static final int DAYS = 14;
  static final int PHASES = 2 * DAYS;

  private static final Duration OFFSET = Duration.ofHours(6);
  private static final Duration PHASE = Duration.ofHours(12);
  private static final Duration BROWSING_FROM = Duration.ofMinutes(10);
  private static final Duration BROWSING = Duration.ofHours(5);
  private static final Duration ANSWERS_FROM = Duration.ofMinutes(6 * 60 + 30);
  private static final Duration ANSWERS = Duration.ofHours(5);

  private Calendar() {}

  static Instant start(int phase) {
    return START.plus(OFFSET).plus(PHASE.multipliedBy(phase));
  }

  static Instant end(int phase) {
    return start(phase + 1);
  }

  /** A moment of the first half, before the boundary. */
  static Instant browsing(int phase, double u) {
    return start(phase).plus(BROWSING_FROM).plusMillis((long) (u * BROWSING.toMillis()));
  }

  /** A moment of the second half, after the boundary. */
  static Instant answering(int phase, double u) {
    return start(phase).plus(ANSWERS_FROM).plusMillis((long) (u * ANSWERS.toMillis()));
  }
}
