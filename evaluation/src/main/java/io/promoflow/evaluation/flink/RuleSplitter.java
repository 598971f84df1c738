package io.promoflow.evaluation.flink;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.RuleSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** One rule set into news for each of its experiments, and for those that it no longer has. */
final class RuleSplitter extends KeyedProcessFunction<String, RuleSet, ExperimentNews> {
  private static final long serialVersionUID = 1L;

  /**
   * The experiments of the newest rules.
   *
   * @param version of the rules
   * @param experimentIds that they have
   */
  public record Known(long version, List<String> experimentIds) {}

  // no TTL: one small value in the whole job
  private transient ValueState<Known> known;

  @Override
  public void open(OpenContext context) {
    known = getRuntimeContext().getState(new ValueStateDescriptor<>("known", Known.class));
  }

  @Override
  public void processElement(RuleSet rules, Context context, Collector<ExperimentNews> out)
      throws Exception {
    var ids = new ArrayList<String>();
    for (Experiment experiment : rules.experiments()) {
      ids.add(experiment.id());
      out.collect(
          new ExperimentNews(
              experiment.id(), rules.version(), experiment, rules.adjustmentId(), null));
    }
    if (rules.holdoutShare() > 0) {
      ids.add(LoopHoldout.ID);
      Experiment loop = LoopHoldout.experiment(rules.holdoutShare());
      out.collect(
          new ExperimentNews(LoopHoldout.ID, rules.version(), loop, rules.adjustmentId(), null));
    }
    Known before = known.value();
    if (before != null && before.version() > rules.version()) {
      return;
    }
    if (before != null) {
      for (String id : before.experimentIds()) {
        if (!ids.contains(id)) {
          out.collect(new ExperimentNews(id, rules.version(), null, null, null));
        }
      }
    }
    known.update(new Known(rules.version(), ids));
  }
}
