package io.promoflow.ingestion.replay;

import io.promoflow.ingestion.options.Option;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Holds events back so that they leave at the speed they happened at, times a factor. The first
 * event sets the two clocks against each other; events out of order leave at once.
 */
public final class ReplayPacer {
  public static final Option<Double> SPEED_UP =
      Option.number(
          "replay.speed-up",
          0,
          0,
          1e9,
          "how much faster than it happened history is replayed; 0 is as fast as possible");

  private static final double MILLIS_PER_SECOND = 1_000;

  private final double speedUp;
  private final Clock clock;
  private final Pause pause;
  private Instant firstEvent;
  private Instant firstSent;

  /** A way to wait; a test's one moves its clock instead. */
  public interface Pause {
    void rest(Duration time) throws InterruptedException;
  }

  public ReplayPacer(double speedUp, Clock clock, Pause pause) {
    this.speedUp = speedUp;
    this.clock = clock;
    this.pause = pause;
  }

  /** Paces by the given clock, resting the thread. */
  public static ReplayPacer of(double speedUp, Clock clock) {
    return new ReplayPacer(speedUp, clock, time -> Thread.sleep(time.toMillis()));
  }

  /** Returns when it is the event's turn. */
  public void await(ReplayEvent event) throws InterruptedException {
    if (speedUp == 0 || event.at() == null) {
      return;
    }
    if (firstEvent == null) {
      firstEvent = event.at();
      firstSent = clock.instant();
    }
    double seconds = Duration.between(firstEvent, event.at()).toMillis() / MILLIS_PER_SECOND;
    Instant turn = firstSent.plusMillis(Math.round(seconds / speedUp * MILLIS_PER_SECOND));
    Duration early = Duration.between(clock.instant(), turn);
    if (!early.isNegative() && !early.isZero()) {
      pause.rest(early);
    }
  }
}
