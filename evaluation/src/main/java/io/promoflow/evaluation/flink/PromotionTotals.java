package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.PromotionDay;
import io.promoflow.evaluation.PromotionSums;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Holds the sums of one promotion on one day and writes them when changed. */
final class PromotionTotals
    extends KeyedProcessFunction<PromotionDay, PromotionDelta, PromotionRow> {
  private static final long serialVersionUID = 1L;

  private final Duration emitEvery;
  private final Duration stateTtl;
  private final Clock clock;
  private transient ValueState<PromotionSums> sums;
  private transient ValueState<Boolean> writing;

  PromotionTotals(EvaluationOptions options, Clock clock) {
    this.emitEvery = options.emitEvery();
    this.stateTtl = options.stateTtl();
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var ttl = StateTtlConfig.newBuilder(stateTtl).build();
    var kept = new ValueStateDescriptor<>("sums", PromotionSums.class);
    kept.enableTimeToLive(ttl);
    sums = getRuntimeContext().getState(kept);
    var flag = new ValueStateDescriptor<>("writing", Boolean.class);
    flag.enableTimeToLive(ttl);
    writing = getRuntimeContext().getState(flag);
  }

  @Override
  public void processElement(PromotionDelta delta, Context context, Collector<PromotionRow> out)
      throws Exception {
    PromotionSums known = sums.value();
    sums.update(known == null ? delta.sums() : known.plus(delta.sums()));
    if (writing.value() == null) {
      writing.update(true);
      var timers = context.timerService();
      timers.registerProcessingTimeTimer(timers.currentProcessingTime() + emitEvery.toMillis());
      // bounded input ends without processing time: write at the end of event time, too
      timers.registerEventTimeTimer(Long.MAX_VALUE);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<PromotionRow> out)
      throws Exception {
    writing.clear();
    context.timerService().deleteEventTimeTimer(Long.MAX_VALUE);
    if (sums.value() != null) {
      out.collect(new PromotionRow(context.getCurrentKey(), sums.value(), clock.instant()));
    }
  }
}
