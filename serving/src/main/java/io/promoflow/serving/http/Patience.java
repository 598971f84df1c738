package io.promoflow.serving.http;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long an answer waits for the log; what waited long enough goes out marked stale. */
final class Patience implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  private static final long SWEEP_MILLIS = 20;

  private final long nanos;
  private final Reachable log = new Reachable("the log of decisions", 0, System::nanoTime);
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(Patience::thread);

  /**
   * One that waits.
   *
   * @param until when its patience ends
   * @param isDone whether it was answered meanwhile
   * @param giveUp answers it as stale; false when it was answered
   */
  private record Waiting(long until, BooleanSupplier isDone, BooleanSupplier giveUp) {}

  Patience(Duration patience) {
    nanos = patience.toNanos();
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

  void wait(BooleanSupplier giveUp, BooleanSupplier isDone) {
    waiting.add(new Waiting(System.nanoTime() + nanos, isDone, giveUp));
  }

  void acknowledged() {
    log.answered();
  }

  void failed(String why) {
    log.failed(why);
  }

  /**
   * Those who wait stand in the order in which their patience ends. Who was answered leaves at
   * once: what is kept for longer is work for the garbage collector.
   */
  private void sweep() {
    long now = System.nanoTime();
    for (Waiting first = waiting.peek();
        first != null && (first.isDone().getAsBoolean() || first.until() - now <= 0);
        first = waiting.peek()) {
      waiting.remove();
      if (!first.isDone().getAsBoolean() && isGivenUp(first)) {
        log.failed("a decision was not acknowledged in time");
      }
    }
  }

  /** One that fails must not keep the others waiting. */
  private static boolean isGivenUp(Waiting one) {
    try {
      return one.giveUp().getAsBoolean();
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
