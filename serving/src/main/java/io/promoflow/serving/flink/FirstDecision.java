package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.Decision;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;

/** Lets the first decision with an id pass; keyed by the id, which is remembered for a while. */
final class FirstDecision extends RichFilterFunction<Decision> {
  private static final long serialVersionUID = 1L;

  private final Duration remembered;
  private transient ValueState<Boolean> seen;

  FirstDecision(Duration remembered) {
    this.remembered = remembered;
  }

  @Override
  public void open(OpenContext context) {
    var state = new ValueStateDescriptor<>("seen-decisions", Types.BOOLEAN);
    state.enableTimeToLive(StateTtlConfig.newBuilder(remembered).build());
    seen = getRuntimeContext().getState(state);
  }

  @Override
  public boolean filter(Decision decision) throws Exception {
    boolean first = seen.value() == null;
    if (first) {
      seen.update(true);
    }
    return first;
  }
}
