package io.promoflow.models.flink;

import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Task;
import java.util.List;
import org.apache.flink.ml.classification.knn.Knn;
import org.apache.flink.ml.classification.knn.KnnModel;
import org.apache.flink.ml.linalg.DenseMatrix;
import org.apache.flink.ml.linalg.DenseVector;
import org.apache.flink.types.Row;

/** Flink ML's k nearest neighbours; answered by {@link NearestNeighbours}. */
public final class FlinkMlKnn extends FlinkMlTrainer {
  @Override
  public String name() {
    return "flink-ml-knn";
  }

  @Override
  public Task task() {
    return Task.CLASSIFICATION;
  }

  @Override
  public String meaning() {
    return "Flink ML's k nearest neighbours; keeps all rows, weights are not looked at.";
  }

  @Override
  public List<Knob> knobs() {
    return List.of(Knob.whole("k", 25, 1, 10_000, "neighbours that are asked"));
  }

  @Override
  protected PipelinePlan plan(Request request) {
    int k = request.settings().whole("k");
    return PipelinePlan.of(
            request.sample(), new Knn().setFeaturesCol(FEATURES).setLabelCol(LABEL).setK(k))
        .reading(fitted -> model(fitted.data(KnnModel.class), k));
  }

  private static NearestNeighbours model(Row data, int k) {
    // column-major, one column per training row: so row by row for us
    DenseMatrix rows = data.getFieldAs("packedFeatures");
    return new NearestNeighbours(
        new io.promoflow.models.trainer.Matrix(rows.numCols(), rows.numRows(), rows.values),
        data.<DenseVector>getFieldAs("labels").values,
        k);
  }
}
