package io.promoflow.models.flink;

import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Sample;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.ml.api.AlgoOperator;
import org.apache.flink.ml.api.Model;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;

/** Fitted stages with what they have learnt, which outlives the job that they were fitted in. */
public final class FittedPipeline implements Learned {
  private static final String PREDICTION = "prediction";

  private final List<FittedStage> stages;

  FittedPipeline(List<FittedStage> stages) {
    this.stages = List.copyOf(stages);
  }

  /**
   * A stage after its fit.
   *
   * @param operator a transformation or a model
   * @param data of a model, table by table; empty for a transformation
   */
  record FittedStage(AlgoOperator<?> operator, List<ModelTable> data) {}

  /** One table of a model's data. */
  record ModelTable(TypeInformation<Row> type, List<Row> rows) {
    Table in(StreamExecutionEnvironment env, StreamTableEnvironment tables) {
      return tables.fromDataStream(env.fromCollection(rows, type));
    }
  }

  /** What the first stage of a type has learnt: the only row of its model data, by field name. */
  public Row data(Class<? extends Model<?>> type) {
    List<Row> rows =
        stages.stream()
            .filter(stage -> type.isInstance(stage.operator()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no stage is a " + type.getName()))
            .data()
            .get(0)
            .rows();
    if (rows.size() != 1) {
      throw new IllegalStateException(
          type.getName() + " has " + rows.size() + " rows of model data instead of one");
    }
    return rows.get(0);
  }

  /** By a job of Flink ML, which takes about a second; refuses what is not finite. */
  @Override
  public synchronized double[] predict(Matrix rows) {
    if (rows.rows() == 0) {
      return new double[0];
    }
    try (SharedCluster shared = SharedCluster.enter()) {
      var answers = new double[rows.rows()];
      for (Row row : transformed(shared.cluster().environment(), rows)) {
        answers[row.<Integer>getFieldAs(SampleTable.ROW)] =
            row.<Number>getFieldAs(PREDICTION).doubleValue();
      }
      if (!Arrays.stream(answers).allMatch(Double::isFinite)) {
        throw new IllegalStateException("an answer of Flink ML is not finite");
      }
      return answers;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Flink ML did not answer", e);
    }
  }

  private List<Row> transformed(StreamExecutionEnvironment env, Matrix rows) throws Exception {
    var tables = StreamTableEnvironment.create(env);
    Table output = SampleTable.of(env, tables, Sample.of(rows));
    for (FittedStage stage : stages) {
      if (stage.operator() instanceof Model<?> model && !stage.data().isEmpty()) {
        model.setModelData(
            stage.data().stream().map(data -> data.in(env, tables)).toArray(Table[]::new));
      }
      output = stage.operator().transform(output)[0];
    }
    Handover answers = Handover.of(tables.toDataStream(output));
    try {
      env.execute("answers");
      return answers.take();
    } finally {
      answers.take();
    }
  }
}
