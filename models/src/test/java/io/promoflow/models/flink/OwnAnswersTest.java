package io.promoflow.models.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.TrainingException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.flink.ml.clustering.kmeans.KMeans;
import org.apache.flink.ml.feature.minmaxscaler.MinMaxScaler;
import org.apache.flink.ml.feature.standardscaler.StandardScaler;
import org.junit.jupiter.api.Test;

/** What we answer from model data is what Flink ML's own transformation answers. */
class OwnAnswersTest {
  private static final int ROWS = 300;
  private static final int WIDTH = 3;

  /** The same stages, answered by Flink ML itself. */
  private static Learned engine(FlinkMlTrainer trainer, Request request) throws Exception {
    try (var unread =
        new FlinkMlTrainer() {
          @Override
          public String name() {
            return trainer.name();
          }

          @Override
          public Task task() {
            return trainer.task();
          }

          @Override
          public String meaning() {
            return trainer.meaning();
          }

          @Override
          protected PipelinePlan plan(Request asked) throws TrainingException {
            return trainer.plan(asked).reading(fitted -> fitted);
          }
        }) {
      return unread.train(request);
    }
  }

  private static Sample noisy(long seed) {
    var random = new SplittableRandom(seed);
    var values = new double[ROWS * WIDTH];
    var labels = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double sum = 0;
      for (int c = 0; c < WIDTH; c++) {
        values[i * WIDTH + c] = random.nextDouble(-1, 1);
        sum += values[i * WIDTH + c];
      }
      labels[i] = sum + random.nextDouble(-1, 1) > 0 ? 1 : 0;
    }
    return Sample.of(new Matrix(ROWS, WIDTH, values), labels);
  }

  private static void sameLabels(FlinkMlTrainer trainer, Map<String, Double> settings)
      throws Exception {
    var request = new Request(noisy(1), Hyperparameters.of(trainer, settings), 1, Optional.empty());
    Matrix unseen = noisy(2).rows();
    try (trainer) {
      double[] ours = trainer.train(request).predict(unseen);
      double[] theirs = engine(trainer, request).predict(unseen);
      assertThat(theirs).contains(0, 1).hasSameSizeAs(ours);
      for (int i = 0; i < ours.length; i++) {
        assertThat(ours[i] > 0.5 ? 1.0 : 0.0).as("row %s", i).isEqualTo(theirs[i]);
      }
    }
  }

  @Test
  void nearestNeighbours() throws Exception {
    sameLabels(new FlinkMlKnn(), Map.of("k", 7.0));
  }

  @Test
  void naiveBayes() throws Exception {
    sameLabels(new FlinkMlNaiveBayes(), Map.of("bins", 6.0));
  }

  @Test
  void kMeans() throws Exception {
    var trainer = new FlinkMlKMeans();
    var request =
        new Request(
            Sample.of(noisy(1).rows()),
            Hyperparameters.of(trainer, Map.of("k", 3.0, "starts", 1.0, "iterations", 5.0)),
            1,
            Optional.empty());
    Matrix unseen = noisy(2).rows();
    try (trainer) {
      assertThat(trainer.train(request).predict(unseen))
          .containsExactly(engine(trainer, request).predict(unseen));
    }
  }

  /** All that a trainer of one's own takes. */
  private static final class ScaledKMeans extends FlinkMlTrainer {
    @Override
    public String name() {
      return "scaled-kmeans";
    }

    @Override
    public Task task() {
      return Task.CLUSTERING;
    }

    @Override
    public String meaning() {
      return "Three stages of Flink ML, one behind the other.";
    }

    @Override
    protected PipelinePlan plan(Request request) {
      return PipelinePlan.of(
          request.sample(),
          new StandardScaler().setInputCol(FEATURES).setOutputCol("standard"),
          new MinMaxScaler().setInputCol("standard").setOutputCol("scaled"),
          new KMeans().setFeaturesCol("scaled").setK(2).setSeed(1).setMaxIter(5));
    }
  }

  @Test
  void anyStagesMakeATrainerWhoseModelOutlivesItsJob() throws Exception {
    var values = new double[40];
    for (int i = 0; i < 20; i++) {
      values[2 * i] = i % 2 == 0 ? 1e6 + i : -1e6 - i;
      values[2 * i + 1] = i % 2 == 0 ? 1e-6 * i : 1 + 1e-6 * i;
    }
    try (var trainer = new ScaledKMeans()) {
      Learned learned =
          trainer.train(
              new Request(
                  Sample.of(new Matrix(20, 2, values)),
                  Hyperparameters.defaults(trainer),
                  1,
                  Optional.empty()));
      double[] answers = learned.predict(new Matrix(3, 2, new double[] {2e6, 0, -2e6, 1, 1e6, 0}));
      assertThat(answers[0]).isEqualTo(answers[2]).isNotEqualTo(answers[1]);
      assertThat(learned.predict(new Matrix(0, 2, new double[0]))).isEmpty();
    }
  }

  @Test
  void oneBadFitHarmsNoOther() throws Exception {
    try (var trainer = new FlinkMlKMeans()) {
      var good = Sample.of(noisy(1).rows());
      var bad = Sample.of(new Matrix(1, 1, new double[] {Double.NaN}));
      var settings =
          Hyperparameters.of(trainer, Map.of("k", 2.0, "starts", 1.0, "iterations", 2.0));
      var outcomes =
          trainer.trainAll(
              List.of(
                  new Request(bad, settings, 1, Optional.empty()),
                  new Request(good, settings, 1, Optional.empty())));
      assertThat(outcomes.get(0).refusal()).contains("column 0 of row 0 is NaN");
      assertThat(outcomes.get(1).learned()).isNotNull();
    }
  }
}
