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

  /** Decisions of which one at least should have been shown. */
  private static final long ENOUGH = 20;

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
    if (known == null) {
      lookLater(context);
    }
    counted.update(known == null ? delta : known.plus(delta));
    writeSoon.changed(context.timerService());
  }

  private static void lookLater(Context context) {
    TimerService timers = context.timerService();
    long since = Math.max(context.timestamp(), timers.currentWatermark());
    timers.registerEventTimeTimer(since + PATIENCE_MILLIS);
  }

  private void look(Context context) throws Exception {
    ShownDelta all = counted.value();
    if (all == null || all.shown() > 0) {
      return;
    }
    if (all.decisions() < ENOUGH) {
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
