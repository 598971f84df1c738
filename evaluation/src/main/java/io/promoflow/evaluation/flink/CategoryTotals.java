package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CategoryRevenue;
import io.promoflow.evaluation.CategoryRevenue.Slice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Holds what a category brought on one day, by promotion, and writes the shares when changed. */
final class CategoryTotals
    extends KeyedProcessFunction<CategoryRevenue.Day, CategoryDelta, CategoryRow> {
  private static final long serialVersionUID = 1L;

  private final Duration emitEvery;
  private final Duration stateTtl;
  private final Clock clock;
  private transient MapState<String, Long> cents;
  private transient WriteSoon writeSoon;

  CategoryTotals(EvaluationOptions options, Clock clock) {
    this.emitEvery = options.emitEvery();
    this.stateTtl = options.stateTtl();
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var ttl = StateTtlConfig.newBuilder(stateTtl).build();
    var kept = new MapStateDescriptor<>("cents", String.class, Long.class);
    kept.enableTimeToLive(ttl);
    cents = getRuntimeContext().getMapState(kept);
    writeSoon = WriteSoon.ofPassingKeys(getRuntimeContext(), emitEvery, ttl);
  }

  @Override
  public void processElement(CategoryDelta delta, Context context, Collector<CategoryRow> out)
      throws Exception {
    String promotion = delta.slice().promotionId();
    Long known = cents.get(promotion);
    cents.put(promotion, (known == null ? 0 : known) + delta.cents());
    writeSoon.changed(context.timerService());
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<CategoryRow> out)
      throws Exception {
    writeSoon.written(context.timerService());
    Instant written = clock.instant();
    long all = 0;
    for (Long part : cents.values()) {
      all += part;
    }
    var emptied = new ArrayList<String>();
    for (Map.Entry<String, Long> part : cents.entries()) {
      String promotion = part.getKey();
      if (!promotion.equals(CategoryRevenue.NO_PROMOTION)) {
        var slice = new Slice(context.getCurrentKey(), promotion);
        out.collect(new CategoryRow(slice, part.getValue(), all, written));
      }
      if (part.getValue() == 0) {
        emptied.add(promotion);
      }
    }
    for (String promotion : emptied) {
      cents.remove(promotion);
    }
  }
}
