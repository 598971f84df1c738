package io.promoflow.serving.http;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long an answer waits for the log; what waited long enough goes out marked stale. */
final class Patience implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  private static final long SWEEP_MILLIS = 20;

  private final long nanos;
  private final Iterable<? extends Waiting> waiting;
  private final Reachable log = new Reachable("the log of decisions");
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(Patience::thread);

  /** What may wait for the log. */
  interface Waiting {
    /** Whether it does, and has for so long at a moment of {@link System#nanoTime}. */
    boolean hasWaited(long nanos, long now);

    /** Answers it as stale; false when it was answered. */
    boolean giveUp();
  }

  /**
   * Looks after what waits.
   *
   * @param waiting what is not answered yet; looked through again and again, whoever changes it
   */
  Patience(Duration patience, Iterable<? extends Waiting> waiting) {
    this.nanos = patience.toNanos();
    this.waiting = waiting;
    ScheduledFuture<?> unused = // ends with the sweeper
        sweeper.scheduleWithFixedDelay(
            this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "promoflow-patience");
    thread.setDaemon(true);
    return thread;
  }

  boolean isLogAway() {
    return log.isAway();
  }

  void acknowledged() {
    log.answered();
  }

  void failed(String why) {
    log.failed(why);
  }

  private void sweep() {
    long now = System.nanoTime();
    for (Waiting one : waiting) {
      if (one.hasWaited(nanos, now) && isGivenUp(one)) {
        log.failed("a decision was not acknowledged in time");
      }
    }
  }

  /** One that fails must not keep the others waiting. */
  private static boolean isGivenUp(Waiting one) {
    try {
      return one.giveUp();
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("a decision that waited for the log cannot be answered", e);
      return false;
    }
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
  }
}
