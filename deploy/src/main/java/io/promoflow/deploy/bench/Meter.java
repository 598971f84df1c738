package io.promoflow.deploy.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches one job of this process: says when its source has measured enough, and gathers the
 * answer. The job's source and sink find it by its name, since Flink hands them copies of
 * themselves.
 */
public final class Meter {
  private static final Map<String, Meter> RUNNING = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final double NANOS = 1e9;
  private static final int WARM_UP_SHARE = 3;

  private final String name = "meter-" + NUMBERS.incrementAndGet();
  private final Load load;
  private final long measuredNanos;
  private final boolean holds;
  private final CountDownLatch compared = new CountDownLatch(1);
  private final Answer answer;

  private long started;
  private long measuredFrom;
  private long cpuFrom;
  private long eventsFrom;
  private long slides;
  private long events;
  private double seconds;
  private double cpuSeconds;

  private Meter(Load load, double seconds, boolean holds, Laps laps) {
    this.load = load;
    this.measuredNanos = (long) (seconds * NANOS);
    this.holds = holds;
    this.answer = new Answer(load.comparedUntil(), laps);
    RUNNING.put(name, this);
  }

  /** Warms up, measures for some seconds, then ends the source. */
  static Meter measuring(Load load, double seconds) {
    return new Meter(load, seconds, false, null);
  }

  /** Holds the source in the midst of the slide after the compared ones, for a checkpoint. */
  static Meter holding(Load load) {
    return new Meter(load, 0, true, null);
  }

  /** Only gathers the answer and times the rows: the job has a source of its own. */
  static Meter lapping(Load load, Laps laps) {
    return new Meter(load, 0, false, laps);
  }

  static Meter named(String name) {
    return RUNNING.get(name);
  }

  String name() {
    return name;
  }

  Answer answer() {
    return answer;
  }

  /** Told by the source at the end of every slide; false when it has measured enough. */
  boolean goOn() {
    long now = System.nanoTime();
    if (slides == 0) {
      started = now;
    }
    slides++;
    events += load.eventsPerSlide();
    if (measuredFrom == 0) {
      if (slides > load.comparedSlides() && now - started >= measuredNanos / WARM_UP_SHARE) {
        measuredFrom = now;
        cpuFrom = cpuNanos();
        eventsFrom = events;
      }
      return true;
    }
    if (holds || now - measuredFrom < measuredNanos) {
      return true;
    }
    seconds = (now - measuredFrom) / NANOS;
    cpuSeconds = (cpuNanos() - cpuFrom) / NANOS;
    return false;
  }

  /** Whether the source must stand still before this position. */
  boolean holdsAt(long slide, int position) {
    boolean still =
        holds && slide == load.comparedSlides() && position == load.eventsPerSlide() / 2;
    if (still) {
      compared.countDown();
    }
    return still;
  }

  void awaitHold() throws InterruptedException {
    compared.await();
  }

  /** What the job found; only after it has ended. */
  SideResult result() {
    double measured = events - eventsFrom;
    return new SideResult(
        measured / seconds, cpuSeconds, answer.checksum(), details(measured, seconds));
  }

  private Map<String, Double> details(double measured, double wallSeconds) {
    return Map.of(
        "events",
        measured,
        "seconds",
        wallSeconds,
        "rowsCompared",
        (double) answer.rows(),
        "slides",
        (double) slides);
  }

  /** CPU time of this process so far. */
  public static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
