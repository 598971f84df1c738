package io.promoflow.deploy.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Times how long event time takes from one boundary to another, seen at the rows that come out. */
final class Laps {
  private static final double NANOS = 1e9;

  private final long from;
  private final long until;
  private final CountDownLatch done = new CountDownLatch(1);
  private long fromNanos;
  private long fromCpu;
  private double seconds;
  private double cpuSeconds;

  Laps(long from, long until) {
    this.from = from;
    this.until = until;
  }

  /** A row as of then came out; called by one thread. */
  void reached(long windowEnd) {
    if (windowEnd < from || done.getCount() == 0) {
      return;
    }
    if (fromNanos == 0) {
      fromNanos = System.nanoTime();
      fromCpu = Meter.cpuNanos();
    }
    if (windowEnd >= until) {
      seconds = (System.nanoTime() - fromNanos) / NANOS;
      cpuSeconds = (Meter.cpuNanos() - fromCpu) / NANOS;
      done.countDown();
    }
  }

  boolean await(long mostSeconds) throws InterruptedException {
    return done.await(mostSeconds, TimeUnit.SECONDS);
  }

  boolean isDone() {
    return done.getCount() == 0;
  }

  double seconds() {
    return seconds;
  }

  double cpuSeconds() {
    return cpuSeconds;
  }
}
