package io.promoflow.evaluation.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.ingestion.options.Settings;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** State of before the rule of exposure was kept goes on only where somebody has set the rule. */
class KeptDeclarationTest {
  private static final EvaluationOptions BY_DEFAULT =
      EvaluationOptions.from(
          Settings.of(Map.of("kafka.bootstrap-servers", "localhost:1", "postgres.url", "jdbc:x")));

  /** Keeps what the job kept before: which metrics are declared. */
  private static final class OfBefore
      extends KeyedCoProcessFunction<String, CellDelta, ExperimentNews, ResultRow>
      implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private transient ListState<String> declared;

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      declared =
          context
              .getOperatorStateStore()
              .getUnionListState(new ListStateDescriptor<>("declared metrics", String.class));
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      declared.update(List.of(BY_DEFAULT.metrics().fingerprint()));
    }

    @Override
    public void processElement1(CellDelta delta, Context context, Collector<ResultRow> out) {}

    @Override
    public void processElement2(ExperimentNews news, Context context, Collector<ResultRow> out) {}
  }

  private static KeyedTwoInputStreamOperatorTestHarness<
          String, CellDelta, ExperimentNews, ResultRow>
      harness(KeyedCoProcessFunction<String, CellDelta, ExperimentNews, ResultRow> function)
          throws Exception {
    return new KeyedTwoInputStreamOperatorTestHarness<>(
        new KeyedCoProcessOperator<>(function),
        delta -> delta.key().experimentId(),
        ExperimentNews::experimentId,
        Types.STRING);
  }

  private static OperatorSubtaskState stateOfBefore() throws Exception {
    try (var before = harness(new OfBefore())) {
      before.open();
      return before.snapshot(1, 1);
    }
  }

  private static OperatorSubtaskState restored(OperatorSubtaskState state, EvaluationOptions as)
      throws Exception {
    try (var now = harness(new ExperimentResults(as, Clock.systemUTC()))) {
      now.initializeState(state);
      now.open();
      return now.snapshot(2, 2);
    }
  }

  @Test
  void theDefaultAnswersForNothing() throws Exception {
    OperatorSubtaskState before = stateOfBefore();
    assertThatThrownBy(() -> restored(before, BY_DEFAULT))
        .hasStackTraceContaining(
            "evaluation.exposure: the state does not tell how shoppers were exposed; before this"
                + " version the default was DECISION, now it is SHOWN. To go on as before set"
                + " evaluation.exposure to what it was (DECISION where it was not set); or start"
                + " without that state and let the job read the topics again (reset the offsets");
  }

  @ParameterizedTest
  @EnumSource(ExposureRule.class)
  void whoSetsTheRuleGoesOnAndIsToldThatNobodyCanCheckIt(ExposureRule rule) throws Exception {
    EvaluationOptions set = ShopperHarness.with("evaluation.exposure", rule.name());
    OperatorSubtaskState kept;
    try (var said = new Said(KeptDeclaration.class)) {
      kept = restored(stateOfBefore(), set);
      assertThat(said.lines())
          .containsExactly(
              "WARN evaluation.exposure: the state does not tell how shoppers were exposed, so"
                  + " nobody can check that it was by "
                  + rule
                  + ", as is set now");
    }
    ExposureRule other = rule == ExposureRule.SHOWN ? ExposureRule.DECISION : ExposureRule.SHOWN;
    assertThatThrownBy(
            () -> restored(kept, ShopperHarness.with("evaluation.exposure", other.name())))
        .as("from now on it is kept")
        .hasStackTraceContaining("evaluation.exposure: shoppers were exposed by " + rule);
  }
}
