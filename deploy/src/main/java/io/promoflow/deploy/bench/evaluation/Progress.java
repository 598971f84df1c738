package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.bench.LocalJob;
import io.promoflow.deploy.bench.Meter;
import io.promoflow.deploy.bench.Offsets;
import io.promoflow.deploy.bench.SideResult;
import io.promoflow.ingestion.options.ConnectionOptions.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;

/** Sees from outside, by the offsets that checkpoints commit, how far a job has read. */
record Progress(JobClient job, Offsets offsets, String group, TopicNames topics, long all) {
  private static final double NANOS = 1e9;
  private static final long POLL_MILLIS = 20;
  private static final long SILENT_SECONDS = 60;

  /** So many records were through at that moment. */
  private record Seen(long records, long nanos, long cpuNanos) {}

  /** Waits until the job has done something. */
  void await(Callable<Boolean> done, long mostSeconds) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(mostSeconds);
    while (!done.call()) {
      pause(deadline, "what is compared was not complete");
    }
  }

  void warmUp(int seconds) throws InterruptedException {
    TimeUnit.SECONDS.sleep(seconds);
  }

  /** From a commit to the first one that is so much later, or to the last before all is read. */
  SideResult measure(int seconds, String answer) throws Exception {
    Seen from = next(committed());
    Seen until = from;
    while (until.nanos() - from.nanos() < TimeUnit.SECONDS.toNanos(seconds)) {
      Seen next = next(until.records());
      if (next.records() >= all) {
        break;
      }
      until = next;
    }
    if (until.equals(from)) {
      throw new IllegalStateException(
          "all %,d records were read before anything could be measured".formatted(all));
    }
    double events = until.records() - from.records();
    double took = (until.nanos() - from.nanos()) / NANOS;
    return new SideResult(
        events / took,
        (until.cpuNanos() - from.cpuNanos()) / NANOS,
        answer,
        Map.of("events", events, "seconds", took, "eventsBefore", (double) from.records()));
  }

  private Seen next(long known) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SILENT_SECONDS);
    long records = committed();
    while (records == known) {
      pause(deadline, "no checkpoint came");
      records = committed();
    }
    return new Seen(records, System.nanoTime(), Meter.cpuNanos());
  }

  private long committed() throws InterruptedException {
    return offsets.committed(group, List.of(topics.decisions(), topics.shopEvents()));
  }

  private void pause(long deadline, String otherwise) throws Exception {
    if (System.nanoTime() > deadline) {
      throw new IllegalStateException(otherwise);
    }
    LocalJob.check(job);
    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
  }
}
