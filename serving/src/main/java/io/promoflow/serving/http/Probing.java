package io.promoflow.serving.http;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Asks what is away again and again, so that no question has to wait to find out. */
final class Probing implements AutoCloseable {
  private final Reachable what;
  private final Runnable probe;
  private final ScheduledExecutorService prober =
      Executors.newSingleThreadScheduledExecutor(Probing::thread);

  /**
   * Starts to look after it.
   *
   * @param probe throws while it is away
   * @param rest between two probes
   */
  Probing(Reachable what, Runnable probe, Duration rest) {
    this.what = what;
    this.probe = probe;
    ScheduledFuture<?> unused = // ends with the prober
        prober.scheduleWithFixedDelay(
            this::look, rest.toMillis(), rest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "promoflow-probing");
    thread.setDaemon(true);
    return thread;
  }

  private void look() {
    if (what.isAway()) {
      try {
        probe.run();
        what.answered();
      } catch (RuntimeException e) {
        what.failed(e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    prober.shutdownNow();
  }
}
