package io.promoflow.serving.http;

import io.promoflow.serving.http.DecisionService.Answered;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** How long an answer waits for the log; what waited long enough goes out marked stale. */
final class Patience implements AutoCloseable {
  private static final long SWEEP_MILLIS = 20;

  private final long nanos;
  private final Reachable log = new Reachable("the log of decisions", 0, System::nanoTime);
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(Patience::thread);

  private record Waiting(long until, CompletableFuture<Answered> answer, Answered answered) {}

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

  void wait(CompletableFuture<Answered> answer, Answered answered) {
    waiting.add(new Waiting(System.nanoTime() + nanos, answer, answered));
  }

  void acknowledged() {
    log.answered();
  }

  void failed(String why) {
    log.failed(why);
  }

  /** Those who wait stand in the order in which their patience ends. */
  private void sweep() {
    long now = System.nanoTime();
    for (Waiting first = waiting.peek();
        first != null && first.until() - now <= 0;
        first = waiting.peek()) {
      waiting.remove();
      if (!first.answer().isDone()) {
        log.failed("a decision was not acknowledged in time");
        first.answer().complete(first.answered().asStale());
      }
    }
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
  }
}
