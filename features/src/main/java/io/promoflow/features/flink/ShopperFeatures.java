package io.promoflow.features.flink;

import io.promoflow.features.FeatureEngine;
import io.promoflow.features.Slice;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.TrainingExample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Keeps one shopper's slices and writes a row at every boundary at which a window changed: when a
 * slice with events closes, and when one leaves a window.
 *
 * <p>A boundary {@code b} has a timer at {@code b - 1}: it fires when no event before {@code b} can
 * come any more, so a row as of {@code b} is final, and an event that comes later still is late.
 * State needs no TTL: the last timer of a shopper, when the last slice leaves the largest window,
 * removes it all.
 */
final class ShopperFeatures extends KeyedProcessFunction<String, ShopEvent, FeatureRow> {
  private static final long serialVersionUID = 1L;

  static final OutputTag<ShopEvent> LATE =
      new OutputTag<>("late", TypeInformation.of(ShopEvent.class));
  static final OutputTag<TrainingExample> EXAMPLES =
      new OutputTag<>("examples", TypeInformation.of(TrainingExample.class));

  private final FeatureEngine engine;
  private final long examplesEvery;
  private final long horizon;

  private transient MapState<Long, Slice> slices;
  private transient MapState<Long, FeatureRow> unlabelled;
  private transient ValueState<FeatureRow> written;
  private transient Counter late;

  ShopperFeatures(FeatureEngine engine, Duration examplesEvery, Duration horizon) {
    this.engine = engine;
    this.examplesEvery = examplesEvery.toMillis();
    this.horizon = horizon.toMillis();
  }

  @Override
  public void open(OpenContext context) {
    slices =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>("slices", Types.LONG, TypeInformation.of(Slice.class)));
    unlabelled =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "unlabelled", Types.LONG, TypeInformation.of(FeatureRow.class)));
    written =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("written", TypeInformation.of(FeatureRow.class)));
    late = getRuntimeContext().getMetricGroup().counter("lateEvents");
  }

  @Override
  public void processElement(ShopEvent event, Context context, Collector<FeatureRow> out)
      throws Exception {
    long start = engine.sliceOf(event.at().toEpochMilli());
    long end = start + engine.slideMillis();
    Slice slice = slices.get(start);
    if (slice != null && slice.holds(event.eventId())) {
      return;
    }
    if (end - 1 <= context.timerService().currentWatermark()) {
      late.inc();
      context.output(LATE, event);
      return;
    }
    if (slice == null) {
      slice = engine.newSlice();
      registerBoundaries(end, context);
    }
    slices.put(start, engine.fold(event, slice));
  }

  private void registerBoundaries(long end, Context context) {
    var timers = context.timerService();
    timers.registerEventTimeTimer(end - 1);
    for (Duration window : engine.windows()) {
      timers.registerEventTimeTimer(end + window.toMillis() - 1);
    }
    timers.registerEventTimeTimer(nextExample(end - 1) - 1);
  }

  /** The first example boundary at or after the end of a slice. */
  private long nextExample(long before) {
    return Math.floorDiv(before, examplesEvery) * examplesEvery + examplesEvery;
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<FeatureRow> out)
      throws Exception {
    long boundary = timestamp + 1;
    label(boundary, context);
    evict(boundary);
    FeatureRow row = engine.row(context.getCurrentKey(), boundary, slices.entries());
    boolean empty = nothingBefore(boundary);
    if (boundary % examplesEvery == 0 && !empty) {
      unlabelled.put(boundary, row);
      context.timerService().registerEventTimeTimer(boundary + horizon - 1);
      context.timerService().registerEventTimeTimer(boundary + examplesEvery - 1);
    }
    FeatureRow before = written.value();
    if (before == null ? !empty : changed(before, row)) {
      out.collect(row);
      written.update(row);
    }
    if (slices.isEmpty() && unlabelled.isEmpty()) {
      written.clear();
    }
  }

  private static boolean changed(FeatureRow before, FeatureRow now) {
    return !before.values().equals(now.values()) || !before.categories().equals(now.categories());
  }

  private boolean nothingBefore(long boundary) throws Exception {
    for (Long start : slices.keys()) {
      if (start < boundary) {
        return false;
      }
    }
    return true;
  }

  /** Writes the example whose horizon ends here. */
  private void label(long boundary, OnTimerContext context) throws Exception {
    long at = boundary - horizon;
    FeatureRow row = unlabelled.get(at);
    if (row == null) {
      return;
    }
    boolean ordered = false;
    for (Map.Entry<Long, Slice> entry : slices.entries()) {
      ordered |=
          entry.getKey() >= at && entry.getKey() < boundary && engine.ordered(entry.getValue());
    }
    context.output(
        EXAMPLES,
        new TrainingExample(
            row.shopperId(),
            row.asOf(),
            Instant.ofEpochMilli(boundary),
            row.values(),
            row.categories(),
            ordered,
            row.featuresVersion()));
    unlabelled.remove(at);
  }

  /** Removes the slices that no window holds any more. */
  private void evict(long boundary) throws Exception {
    var gone = new ArrayList<Long>();
    for (Long start : slices.keys()) {
      if (start < boundary - engine.largestWindowMillis()) {
        gone.add(start);
      }
    }
    for (Long start : gone) {
      slices.remove(start);
    }
  }
}
