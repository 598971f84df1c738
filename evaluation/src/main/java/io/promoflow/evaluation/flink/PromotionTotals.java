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
  private transient WriteSoon writeSoon;

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
    writeSoon = WriteSoon.ofPassingKeys(getRuntimeContext(), emitEvery, ttl);
  }

  @Override
  public void processElement(PromotionDelta delta, Context context, Collector<PromotionRow> out)
      throws Exception {
    PromotionSums known = sums.value();
    sums.update(known == null ? delta.sums() : known.plus(delta.sums()));
    writeSoon.changed(context.timerService());
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<PromotionRow> out)
      throws Exception {
    writeSoon.written(context.timerService());
    if (sums.value() != null) {
      out.collect(new PromotionRow(context.getCurrentKey(), sums.value(), clock.instant()));
    }
  }
}
