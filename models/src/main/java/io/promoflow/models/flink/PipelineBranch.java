package io.promoflow.models.flink;

import io.promoflow.models.flink.FittedPipeline.FittedStage;
import io.promoflow.models.flink.FittedPipeline.ModelTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.ml.api.AlgoOperator;
import org.apache.flink.ml.api.Estimator;
import org.apache.flink.ml.api.Model;
import org.apache.flink.ml.api.Stage;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;

/**
 * Stages as one branch of a job that is being put together. Fits as Flink ML's {@code Pipeline}
 * does; that class hides its stages, and so what they have learnt.
 */
final class PipelineBranch {
  private final StreamTableEnvironment tables;
  private final List<Pending> pending = new ArrayList<>();

  private record Pending(AlgoOperator<?> operator, List<PendingTable> data) {}

  private record PendingTable(TypeInformation<Row> type, Handover rows) {}

  PipelineBranch(StreamTableEnvironment tables, Table input, List<Stage<?>> stages) {
    this.tables = tables;
    Table output = input;
    for (int i = 0; i < stages.size(); i++) {
      AlgoOperator<?> operator = fitted(stages.get(i), output);
      pending.add(new Pending(operator, data(operator)));
      if (i < stages.size() - 1) {
        output = operator.transform(output)[0];
      }
    }
  }

  private static AlgoOperator<?> fitted(Stage<?> stage, Table input) {
    return stage instanceof Estimator<?, ?> estimator
        ? estimator.fit(input)
        : (AlgoOperator<?>) stage;
  }

  private List<PendingTable> data(AlgoOperator<?> operator) {
    var data = new ArrayList<PendingTable>();
    if (operator instanceof Model<?> model) {
      for (Table table : model.getModelData()) {
        DataStream<Row> rows = tables.toDataStream(table);
        data.add(new PendingTable(rows.getType(), Handover.of(rows)));
      }
    }
    return data;
  }

  /** What the stages have learnt, once the job has ended, however it did. */
  FittedPipeline take() {
    return new FittedPipeline(
        pending.stream()
            .map(
                stage ->
                    new FittedStage(
                        stage.operator(),
                        stage.data().stream()
                            .map(table -> new ModelTable(table.type(), table.rows().take()))
                            .toList()))
            .toList());
  }
}
