package io.promoflow.ingestion.flink;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Lets the first event of an id through and sends its repeats out by the side door. An id is
 * forgotten a while after its first sight, so that the state stays bounded.
 */
final class DropDuplicates extends KeyedProcessFunction<String, AcceptedEvent, AcceptedEvent> {
  private static final long serialVersionUID = 1L;

  /** A new id accesses the state twice, so even one looks at more old ids than it adds. */
  private static final int CLEANED_PER_ACCESS = 1;

  private static final long COMPACTED_BETWEEN_CLOCK_READS = 1_000;
  static final OutputTag<String> DUPLICATES = new OutputTag<>("duplicates") {};

  private final Duration remember;
  private transient ValueState<Boolean> seen;

  DropDuplicates(Duration remember) {
    this.remember = remember;
  }

  @Override
  public void open(OpenContext context) {
    var descriptor = new ValueStateDescriptor<>("seen", Types.BOOLEAN);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(remember)
            .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
            .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
            .cleanupIncrementally(CLEANED_PER_ACCESS, false)
            .cleanupInRocksdbCompactFilter(COMPACTED_BETWEEN_CLOCK_READS)
            .cleanupFullSnapshot()
            .build());
    seen = getRuntimeContext().getState(descriptor);
  }

  @Override
  public void processElement(AcceptedEvent event, Context context, Collector<AcceptedEvent> out)
      throws Exception {
    if (seen.value() == null) {
      seen.update(true);
      out.collect(event);
    } else {
      context.output(DUPLICATES, event.rawEventId());
    }
  }
}
