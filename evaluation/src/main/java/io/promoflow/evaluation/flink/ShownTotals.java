package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Unshown;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the decisions of one variant that were made and that were shown, and writes when changed.
 * Warns once when none was shown although there was time for it: such a variant has no results.
 */
final class ShownTotals extends KeyedProcessFunction<ShownDelta.Of, ShownDelta, ShownRow> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ShownTotals.class);

  /** Event time that views have; by then topics that are read again have met, too. */
  private static final long PATIENCE_MILLIS = Duration.ofHours(1).toMillis();

  private final Duration emitEvery;
  private final Duration stateTtl;
  private final Clock clock;
  private transient ValueState<ShownDelta> counted;
  private transient ValueState<Boolean> looking;
  private transient WriteSoon writeSoon;

  ShownTotals(EvaluationOptions options, Clock clock) {
    this.emitEvery = options.emitEvery();
    this.stateTtl = options.stateTtl();
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    StateTtlConfig ttl = StateTtlConfig.newBuilder(stateTtl).build();
    var kept = new ValueStateDescriptor<>("counted", ShownDelta.class);
    kept.enableTimeToLive(ttl);
    counted = getRuntimeContext().getState(kept);
    var look = new ValueStateDescriptor<>("looking", Boolean.class);
    look.enableTimeToLive(ttl);
    looking = getRuntimeContext().getState(look);
    writeSoon = WriteSoon.ofLastingKeys(getRuntimeContext(), emitEvery);
  }

  @Override
  public void processElement(ShownDelta delta, Context context, Collector<ShownRow> out)
      throws Exception {
    ShownDelta known = counted.value();
    if (looking.value() == null) {
      lookLater(context);
    }
    counted.update(known == null ? delta : known.plus(delta));
    writeSoon.changed(context.timerService());
  }

  /** Not at the end of event time: nothing comes after it. */
  private void lookLater(Context context) throws Exception {
    TimerService timers = context.timerService();
    long since = Math.max(context.timestamp(), timers.currentWatermark());
    if (since >= Long.MAX_VALUE - PATIENCE_MILLIS) {
      looking.clear();
      return;
    }
    looking.update(true);
    timers.registerEventTimeTimer(since + PATIENCE_MILLIS);
  }

  private void look(Context context) throws Exception {
    ShownDelta all = counted.value();
    if (all == null || all.shown() > 0) {
      return;
    }
    if (all.decisions() < Unshown.ENOUGH) {
      lookLater(context);
      return;
    }
    ShownDelta.Of of = all.of();
    LOG.warn("{}", Unshown.ofVariant(of.experimentId(), of.variant(), all.decisions()));
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<ShownRow> out)
      throws Exception {
    if (context.timeDomain() == TimeDomain.EVENT_TIME && timestamp < Long.MAX_VALUE) {
      look(context);
      return;
    }
    writeSoon.written(context.timerService());
    if (counted.value() != null) {
      out.collect(new ShownRow(counted.value(), clock.instant()));
    }
  }
}
