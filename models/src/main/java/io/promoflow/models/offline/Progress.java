package io.promoflow.models.offline;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Tells every few seconds that work goes on. */
final class Progress implements AutoCloseable {
  private static final long EVERY_SECONDS = 5;

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var thread = new Thread(work, "progress");
            thread.setDaemon(true);
            return thread;
          });

  Progress(PrintWriter out, String what) {
    long start = System.nanoTime();
    out.println(what);
    out.flush();
    var unused =
        timer.scheduleAtFixedRate(
            () -> {
              out.printf("  … %d s%n", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
              out.flush();
            },
            EVERY_SECONDS,
            EVERY_SECONDS,
            TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
