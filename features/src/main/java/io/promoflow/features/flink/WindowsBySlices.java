package io.promoflow.features.flink;

import io.promoflow.features.FeatureEngine;
import io.promoflow.features.FeatureVector;
import io.promoflow.features.Slices;
import io.promoflow.features.SlicesCodec;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.TrainingExample;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Keeps the slices of one entity's keys and writes features at every boundary at which a window
 * changed: when a slice with events closes, and when one leaves a window.
 *
 * <p>A boundary {@code b} has a timer at {@code b - 1}: it fires when the watermark says that no
 * event before {@code b} is to come. An event that comes all the same, within the lateness,
 * corrects every row and example that it should have been in; one that comes later still is put
 * aside.
 *
 * <p>A key has one timer at a time. State needs no TTL: the last timer of a key removes it all, but
 * for the sums of features that never forget.
 */
final class WindowsBySlices extends KeyedProcessFunction<String, ShopEvent, FeatureVector> {
  private static final long serialVersionUID = 1L;

  static final OutputTag<ShopEvent> LATE =
      new OutputTag<>("late", TypeInformation.of(ShopEvent.class));
  static final OutputTag<ShopEvent> PASSED_ON =
      new OutputTag<>("passed on", TypeInformation.of(ShopEvent.class));
  static final OutputTag<TrainingExample> EXAMPLES =
      new OutputTag<>("examples", TypeInformation.of(TrainingExample.class));

  /**
   * What beside windows is asked.
   *
   * @param lateness how late behind the watermark an event still corrects
   * @param remember how long a closed slice knows which events it holds; 0 when repeats were
   *     removed before
   * @param examplesEvery time between training examples; null for none
   * @param horizon how long after an example an order makes its label
   * @param passOn whether events that count, once each, and those of types that are of no use here
   *     are given to {@link #PASSED_ON}
   */
  record Duties(
      Duration lateness,
      Duration remember,
      Duration examplesEvery,
      Duration horizon,
      boolean passOn)
      implements Serializable {}

  private final FeatureEngine engine;
  private final SlicesCodec codec;
  private final Examples examples;
  private final Duties duties;
  private final long lateness;
  private final long retention;

  private transient ValueState<Slices> state;
  private transient Counter late;
  private transient Counter repeated;
  private transient Counter corrected;

  WindowsBySlices(FeatureEngine engine, Duties duties) {
    this.engine = engine;
    this.codec = SlicesCodec.of(engine);
    this.duties = duties;
    this.lateness = duties.lateness().toMillis();
    this.examples =
        duties.examplesEvery() == null
            ? null
            : new Examples(engine, duties.examplesEvery(), duties.horizon());
    long horizon = examples == null ? 0 : duties.horizon().toMillis();
    long needed = Math.max(engine.largestWindowMillis() + horizon, duties.remember().toMillis());
    this.retention = roundUp(needed + lateness);
  }

  private long roundUp(long millis) {
    return -engine.sliceOf(-millis);
  }

  @Override
  public void open(OpenContext context) {
    state =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("slices", new SlicesSerializer(engine)));
    var metrics = getRuntimeContext().getMetricGroup();
    late = metrics.counter("lateEvents");
    repeated = metrics.counter("repeatedEvents");
    corrected = metrics.counter("correctedRows");
  }

  @Override
  public void processElement(ShopEvent event, Context context, Collector<FeatureVector> out)
      throws Exception {
    if (!engine.uses(event.type())) {
      passOn(event, context);
      return;
    }
    Slices slices = state.value();
    slices = slices == null ? engine.newSlices() : codec.adopt(slices);
    long start = engine.sliceOf(event.at().toEpochMilli());
    long end = start + engine.slideMillis();
    int slice = slices.find(start);
    boolean remembers = !duties.remember().isZero();
    if (slice >= 0 && remembers && slices.holds(slice, event.eventId())) {
      repeated.inc();
      return;
    }
    // after a restart Flink knows no watermark until the next one; the key knows how far it was
    long watermark =
        Math.max(context.timerService().currentWatermark(), engine.boundary(slices) - 1);
    if (end - 1 + lateness <= watermark) {
      late.inc();
      context.output(LATE, event);
      return;
    }
    passOn(event, context);
    boolean isNew = slice < 0;
    if (isNew) {
      slice = slices.insert(start);
    }
    engine.fold(event, slices, slice);
    if (remembers) {
      slices.remember(slice, event.eventId());
    }
    if (end - 1 <= watermark) {
      correct(start, isNew, watermark, slices, context, out);
    } else if (isNew) {
      wakeAt(end, slices, context.timerService());
    }
    state.update(slices);
  }

  /**
   * What is of no use here is passed on unseen: whoever uses it knows its repeats and late ones.
   */
  private void passOn(ShopEvent event, Context context) {
    if (duties.passOn()) {
      context.output(PASSED_ON, event);
    }
  }

  /** Writes again what a late event changes. */
  private void correct(
      long start,
      boolean isNew,
      long watermark,
      Slices slices,
      Context context,
      Collector<FeatureVector> out) {
    long passed = engine.sliceOf(watermark + 1);
    long end = start + engine.slideMillis();
    long gone = end + engine.largestWindowMillis();
    long touched = isNew ? gone : gone - engine.slideMillis();
    long last = engine.lasts() ? passed : Math.min(passed, touched);
    for (long boundary : engine.changes(slices, end, last)) {
      out.collect(engine.vectorAt(boundary, context.getCurrentKey(), slices));
      corrected.inc();
    }
    if (examples != null) {
      examples
          .touchedBy(start, passed)
          .mapToObj(at -> examples.at(at, context.getCurrentKey(), slices))
          .filter(example -> example != null)
          .forEach(example -> context.output(EXAMPLES, example));
    }
    engine.standAt(passed, slices);
    wakeAt(nextBoundary(slices), slices, context.timerService());
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<FeatureVector> out)
      throws Exception {
    Slices slices = state.value();
    if (slices == null) {
      return;
    }
    slices = codec.adopt(slices);
    if (timestamp == slices.timer()) {
      slices.timer(Long.MAX_VALUE);
    }
    long boundary = timestamp + 1;
    passed(boundary, slices, context, out);
    // nothing can come any more; in batch no timer may be set from here
    while (context.timerService().currentWatermark() == Long.MAX_VALUE && !slices.isEmpty()) {
      boundary = nextBoundary(slices);
      passed(boundary, slices, context, out);
    }
    if (slices.isEmpty() && !engine.remembers(slices)) {
      state.clear();
    } else if (slices.isEmpty()) {
      state.update(slices);
    } else {
      wakeAt(nextBoundary(slices), slices, context.timerService());
      state.update(slices);
    }
  }

  private void passed(
      long boundary, Slices slices, OnTimerContext context, Collector<FeatureVector> out) {
    if (engine.slideTo(boundary, slices)) {
      out.collect(engine.vector(context.getCurrentKey(), slices));
    }
    if (examples != null) {
      TrainingExample example = examples.labelledAt(boundary, context.getCurrentKey(), slices);
      if (example != null) {
        context.output(EXAMPLES, example);
      }
    }
    engine.drop(slices, boundary - retention, boundary - duties.remember().toMillis() - lateness);
  }

  /** The next boundary at which there is something to write, or else to forget. */
  private long nextBoundary(Slices slices) {
    long next = engine.nextChange(slices);
    if (examples != null) {
      next = Math.min(next, examples.nextLabelAfter(slices));
    }
    return next == Long.MAX_VALUE
        ? engine.lastSlice(slices) + engine.slideMillis() + retention
        : next;
  }

  private static void wakeAt(long boundary, Slices slices, TimerService timers) {
    if (boundary - 1 < slices.timer()) {
      timers.registerEventTimeTimer(boundary - 1);
      slices.timer(boundary - 1);
    }
  }
}
