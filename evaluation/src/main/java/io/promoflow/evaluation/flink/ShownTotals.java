package io.promoflow.evaluation.flink;

import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts the decisions of one variant that were made and that were shown, and writes when changed.
 */
final class ShownTotals extends KeyedProcessFunction<ShownDelta.Of, ShownDelta, ShownRow> {
  private static final long serialVersionUID = 1L;

  private final Duration emitEvery;
  private final Duration stateTtl;
  private final Clock clock;
  private transient ValueState<ShownDelta> counted;
  private transient ValueState<Boolean> writing;

  ShownTotals(EvaluationOptions options, Clock clock) {
    this.emitEvery = options.emitEvery();
    this.stateTtl = options.stateTtl();
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var kept = new ValueStateDescriptor<>("counted", ShownDelta.class);
    kept.enableTimeToLive(StateTtlConfig.newBuilder(stateTtl).build());
    counted = getRuntimeContext().getState(kept);
    // no TTL: the timer that follows clears it
    writing = getRuntimeContext().getState(new ValueStateDescriptor<>("writing", Boolean.class));
  }

  @Override
  public void processElement(ShownDelta delta, Context context, Collector<ShownRow> out)
      throws Exception {
    ShownDelta known = counted.value();
    counted.update(known == null ? delta : known.plus(delta));
    if (writing.value() == null) {
      writing.update(true);
      var timers = context.timerService();
      timers.registerProcessingTimeTimer(timers.currentProcessingTime() + emitEvery.toMillis());
      // bounded input ends without processing time: write at the end of event time, too
      timers.registerEventTimeTimer(Long.MAX_VALUE);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<ShownRow> out)
      throws Exception {
    writing.clear();
    if (counted.value() != null) {
      out.collect(new ShownRow(counted.value(), clock.instant()));
    }
  }
}
