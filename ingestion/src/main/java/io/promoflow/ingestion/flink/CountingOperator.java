package io.promoflow.ingestion.flink;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Hands every element on and tells, a few times a second, how many it has seen of each kind since
 * it last told.
 *
 * <p>An operator instead of a function because it must tell right before a checkpoint's barrier
 * ({@code prepareSnapshotPreBarrier}): so it needs no state of its own, and the totals downstream
 * belong to exactly the events before the barrier.
 */
final class CountingOperator<T> extends AbstractStreamOperator<T>
    implements OneInputStreamOperator<T, T>, BoundedOneInput {
  private static final long serialVersionUID = 1L;
  private static final long TELL_EVERY_MILLIS = 200;
  static final OutputTag<IntakeCount> COUNTS = new OutputTag<>("counts") {};

  /** What one element counts as: the kind, with how many of it. */
  interface Kind<T> extends Serializable {
    IntakeCount of(T element);
  }

  private final Kind<T> kind;
  private final List<IntakeCount> announced;
  private transient Map<IntakeCount, Tally> tallies;
  private transient boolean timerSet;

  /**
   * @param announced kinds that are told as 0 at every start, so that the totals downstream are
   *     written again even when nothing of their kind arrives after a restart
   */
  CountingOperator(Kind<T> kind, List<IntakeCount> announced) {
    this.kind = kind;
    this.announced = List.copyOf(announced);
  }

  private static final class Tally {
    private final Counter metric;
    private long untold;
    private boolean tell;

    Tally(Counter metric) {
      this.metric = metric;
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    tallies = new HashMap<>();
    announced.forEach(a -> add(a.with(0)));
  }

  @Override
  public void processElement(StreamRecord<T> element) {
    add(kind.of(element.getValue()));
    output.collect(element);
  }

  private void add(IntakeCount count) {
    Tally tally = tallies.computeIfAbsent(count.with(0), k -> new Tally(metric(k)));
    tally.metric.inc(count.events());
    tally.untold += count.events();
    tally.tell = true;
    if (!timerSet) {
      timerSet = true;
      var time = getProcessingTimeService();
      var unused =
          time.registerTimer(
              time.getCurrentProcessingTime() + TELL_EVERY_MILLIS,
              now -> {
                timerSet = false;
                tell();
              });
    }
  }

  private Counter metric(IntakeCount kind) {
    var group = getMetricGroup().addGroup("outcome", kind.outcome());
    if (!kind.reason().isEmpty()) {
      group = group.addGroup("reason", kind.reason());
    }
    if (!kind.eventType().isEmpty()) {
      group = group.addGroup("eventType", kind.eventType());
    }
    return group.counter("events");
  }

  private void tell() {
    tallies.forEach(
        (kind, tally) -> {
          if (tally.tell) {
            output.collect(COUNTS, new StreamRecord<>(kind.with(tally.untold)));
            tally.untold = 0;
            tally.tell = false;
          }
        });
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    tell();
  }

  @Override
  public void endInput() {
    tell();
  }
}
