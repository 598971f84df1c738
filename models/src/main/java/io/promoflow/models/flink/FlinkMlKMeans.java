package io.promoflow.models.flink;

import io.promoflow.models.ModelGuard;
import io.promoflow.models.trainer.CentroidModel;
import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.ml.clustering.kmeans.KMeans;
import org.apache.flink.ml.clustering.kmeans.KMeansModel;
import org.apache.flink.ml.linalg.DenseVector;

/**
 * Flink ML's k-means (Lloyd 1982): the tightest of several random starts. A start that leaves a
 * cluster empty has centroids that are no numbers, or too few; it is dropped.
 */
public final class FlinkMlKMeans extends FlinkMlTrainer {
  private static final String STARTS = "starts";

  @Override
  public String name() {
    return "flink-ml-kmeans";
  }

  @Override
  public Task task() {
    return Task.CLUSTERING;
  }

  @Override
  public String meaning() {
    return "Flink ML's k-means, the tightest of several random starts; weights are not looked at.";
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        Knob.whole("k", 3, 1, 1_000, "number of clusters"),
        Knob.whole("iterations", 30, 1, 10_000, "of every start"),
        Knob.whole(STARTS, 4, 1, 16, "random starts to choose from"));
  }

  /** Every start is a request of its own with another seed. */
  @Override
  public List<Outcome> trainAll(List<Request> requests) throws InterruptedException {
    var starts = new ArrayList<Request>();
    for (Request one : requests) {
      for (int start = 0; start < one.settings().whole(STARTS); start++) {
        starts.add(new Request(one.sample(), one.settings(), one.seed() + start, one.from()));
      }
    }
    List<Outcome> tried = super.trainAll(starts);
    var best = new ArrayList<Outcome>();
    int from = 0;
    for (Request one : requests) {
      int to = from + one.settings().whole(STARTS);
      best.add(tightest(one.sample().rows(), tried.subList(from, to)));
      from = to;
    }
    return best;
  }

  private static Outcome tightest(Matrix rows, List<Outcome> starts) {
    Outcome best = starts.get(0);
    double least = Double.POSITIVE_INFINITY;
    for (Outcome start : starts) {
      if (start.learned() instanceof CentroidModel model) {
        double inertia = model.inertia(rows);
        if (inertia < least) {
          least = inertia;
          best = start;
        }
      }
    }
    return best;
  }

  @Override
  protected PipelinePlan plan(Request request) throws TrainingException {
    Matrix rows = request.sample().rows();
    int k = request.settings().whole("k");
    if (rows.rows() < k) {
      throw new TrainingException("there are only " + rows.rows() + " rows for k=" + k);
    }
    return PipelinePlan.of(
            request.sample(),
            new KMeans()
                .setFeaturesCol(FEATURES)
                .setK(k)
                .setSeed(request.seed())
                .setMaxIter(request.settings().whole("iterations")))
        .reading(fitted -> model(fitted, k, rows));
  }

  private static Learned model(FittedPipeline fitted, int k, Matrix rows) throws TrainingException {
    double[][] centroids =
        Arrays.stream(fitted.data(KMeansModel.class).<DenseVector[]>getFieldAs("centroids"))
            .map(centroid -> centroid.values)
            .toArray(double[][]::new);
    Optional<String> wrong =
        centroids.length < k
            ? Optional.of("it has only " + centroids.length + " distinct ones")
            : ModelGuard.centroids(centroids, rows.width());
    if (wrong.isPresent()) {
      throw new TrainingException("no start found " + k + " centroids: " + wrong.get());
    }
    return new CentroidModel(centroids);
  }
}
