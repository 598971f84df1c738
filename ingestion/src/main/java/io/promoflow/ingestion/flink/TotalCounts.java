package io.promoflow.ingestion.flink;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Adds counts up to totals that survive failures: the total is checkpointed with the events it
 * counts. The state has no TTL: one number per kind, and kinds are few and fixed.
 */
final class TotalCounts extends KeyedProcessFunction<String, IntakeCount, IntakeCount> {
  private static final long serialVersionUID = 1L;
  private transient ValueState<Long> total;

  @Override
  public void open(OpenContext context) {
    total = getRuntimeContext().getState(new ValueStateDescriptor<>("total", Types.LONG));
  }

  @Override
  public void processElement(IntakeCount count, Context context, Collector<IntakeCount> out)
      throws Exception {
    Long before = total.value();
    long after = (before == null ? 0 : before) + count.events();
    total.update(after);
    out.collect(count.with(after));
  }
}
