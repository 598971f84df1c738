package io.promoflow.deploy.shop;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The simulated time, cut into half-days. A half-day begins six hours before a boundary of the
 * feature slide (noon and midnight): in its first six hours shoppers visit, in its last six they
 * react to what was decided for them. So what is known at a decision never depends on a race.
 *
 * @param start midnight of the first day
 * @param days how many
 * @param experimentsFrom from when decisions are asked for over HTTP, too
 */
public record Season(Instant start, int days, Instant experimentsFrom) {
  static final Duration HALF_DAY = Duration.ofHours(12);
  static final Duration QUARTER_DAY = Duration.ofHours(6);

  /** The fortnight of the demo. */
  public static Season fortnight() {
    Instant monday = Instant.parse("2026-01-05T00:00:00Z");
    return new Season(monday, 14, monday.plus(Duration.ofDays(5)));
  }

  /**
   * One half-day.
   *
   * @param index 0, 1, 2 ...
   * @param start when visits begin
   */
  public record Phase(int index, Instant start) {
    /** When reactions begin: a boundary of the feature slide. */
    Instant middle() {
      return start.plus(QUARTER_DAY);
    }

    Instant end() {
      return start.plus(HALF_DAY);
    }

    /** Whether a midnight lies between the last visits and these. */
    boolean isMorning() {
      return Math.floorMod(start.getEpochSecond(), Duration.ofDays(1).toSeconds())
          < HALF_DAY.toSeconds();
    }
  }

  public Phase phase(int index) {
    return new Phase(index, start.plus(QUARTER_DAY).plus(HALF_DAY.multipliedBy(index)));
  }

  public List<Phase> phases() {
    return IntStream.range(0, 2 * days).mapToObj(this::phase).toList();
  }

  /** Whether the experiments run in a half-day. */
  boolean isExperimenting(Phase phase) {
    return !phase.start().isBefore(experimentsFrom);
  }
}
