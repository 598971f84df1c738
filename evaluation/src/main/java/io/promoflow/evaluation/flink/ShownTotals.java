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
  private transient WriteSoon writeSoon;

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
    writeSoon = WriteSoon.ofLastingKeys(getRuntimeContext(), emitEvery);
  }

  @Override
  public void processElement(ShownDelta delta, Context context, Collector<ShownRow> out)
      throws Exception {
    ShownDelta known = counted.value();
    counted.update(known == null ? delta : known.plus(delta));
    writeSoon.changed(context.timerService());
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<ShownRow> out)
      throws Exception {
    writeSoon.written(context.timerService());
    if (counted.value() != null) {
      out.collect(new ShownRow(counted.value(), clock.instant()));
    }
  }
}
