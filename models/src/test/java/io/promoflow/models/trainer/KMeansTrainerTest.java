package io.promoflow.models.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.models.RealData;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KMeansTrainerTest extends TrainerContract {
  private static final int K = 5;
  private static final int WIDTH = 3;

  @Override
  protected Trainer trainer() {
    return new KMeansTrainer();
  }

  @Override
  protected Map<String, Double> settings() {
    return Map.of("k", 2.0);
  }

  @Override
  protected int degenerateCases() {
    return 10_000;
  }

  @Test
  void threeClustersOfIrises() throws Exception {
    assertIrises(3, 78.85144, 38, 50, 62);
  }

  @Test
  void twoClustersOfIrises() throws Exception {
    assertIrises(2, 152.34795, 53, 97);
  }

  private static void assertIrises(int k, double inertia, Integer... sizes) throws Exception {
    Sample irises =
        Sample.of(Matrix.of(RealData.numbers(RealData.rows("tiny_gold/iris.csv"), 0, 4)));
    var model = fit(irises, Map.of("k", (double) k, "starts", 10.0), Optional.empty());
    assertThat(inertia(irises, model.centroids())).isEqualTo(inertia, within(5e-6));
    double[] clusters = model.predict(irises.rows());
    assertThat(
            IntStream.range(0, k)
                .mapToObj(c -> (int) Arrays.stream(clusters).filter(at -> at == c).count())
                .sorted())
        .containsExactly(sizes);
  }

  @Test
  void isExactlyLloydOnRowsWithoutClusters() throws Exception {
    assertLloyd(random(3000, 1, 1e-9));
  }

  @Test
  void isExactlyLloydOnAGridFullOfTies() throws Exception {
    assertLloyd(random(3000, 2, 1));
  }

  @Test
  void isExactlyLloydOverManyStripes() throws Exception {
    assertLloyd(random(40_000, 3, 1e-9));
  }

  private static void assertLloyd(Sample sample) throws Exception {
    for (int seed = 0; seed < 5; seed++) {
      double[] start = GreedyStart.of(sample, K, new SplittableRandom(seed));
      var fast = new Hamerly(sample, start.clone());
      fast.run(30, 0);
      double[][] lloyd = lloyd(sample, rows(start), 30);
      assertThat(fast.inertia()).isEqualTo(inertia(sample, lloyd), within(1e-9 * fast.inertia()));
      assertThat(fast.centroids())
          .containsExactly(
              Arrays.stream(lloyd).flatMapToDouble(Arrays::stream).toArray(), within(1e-9));
    }
  }

  @Test
  void aWeightCountsLikeRepeatedRows() throws Exception {
    Sample once = Sample.of(random(200, 4, 1e-9).rows());
    var weights = new double[once.size()];
    Arrays.setAll(weights, i -> 1 + i % 3);
    int[] repeated =
        IntStream.range(0, once.size())
            .flatMap(i -> IntStream.generate(() -> i).limit(1 + i % 3))
            .toArray();
    double[] start = GreedyStart.of(once, K, new SplittableRandom(1));
    var weighted = new Hamerly(new Sample(once.rows(), once.labels(), weights), start.clone());
    var counted = new Hamerly(once.select(repeated), start.clone());
    weighted.run(100, 0);
    counted.run(100, 0);
    assertThat(weighted.centroids()).containsExactly(counted.centroids(), within(1e-12));
  }

  @Test
  void emptyClustersGetTheFarthestRows() throws Exception {
    Sample sample = random(500, 5, 1e-9);
    var start = new double[K * WIDTH];
    Arrays.fill(start, WIDTH, start.length, 1e6);
    var fit = new Hamerly(sample, start);
    fit.run(100, 0);
    assertThat(
            Arrays.stream(new CentroidModel(rows(fit.centroids())).predict(sample.rows()))
                .distinct())
        .hasSize(K);
  }

  @Test
  void aWarmStartEndsWhereAColdOneDoes() throws Exception {
    Sample before = clouds(1);
    Sample after = clouds(2);
    var settings = Map.of("k", 4.0);
    var cold = fit(after, settings, Optional.empty());
    var warm = fit(after, settings, fit(before, settings, Optional.empty()).parameters());
    assertThat(inertia(after, warm.centroids()))
        .isEqualTo(inertia(after, cold.centroids()), within(1e-8));
  }

  @Test
  void aModelOfOtherColumnsOrClustersIsNoStart() throws Exception {
    Sample sample = clouds(1);
    var cold = fit(sample, Map.of("k", 4.0), Optional.empty());
    for (var other :
        new double[][][] {new double[3][WIDTH], new double[4][WIDTH + 1], {{Double.NaN}}}) {
      var from = Optional.of(Parameters.kmeans(other));
      assertThat(fit(sample, Map.of("k", 4.0), from).centroids()).isDeepEqualTo(cold.centroids());
    }
  }

  @Test
  void saysWhatItCannotLearnFrom() {
    assertRefused(random(4, 1, 1e-9), "4 rows cannot make 5 clusters");
    assertRefused(Sample.of(new Matrix(30, 1, new double[30])), "fewer than 5 rows differ");
    assertRefused(Sample.of(new Matrix(0, 3, new double[0])), "nothing to learn");
    assertRefused(
        Sample.of(new Matrix(6, 1, new double[] {1, 2, Double.NaN, 4, 5, 6})), "column 0");
    assertRefused(
        new Sample(new Matrix(1, 1, new double[1]), new double[0], new double[] {-1}), "weight");
  }

  private static void assertRefused(Sample sample, String why) {
    assertThatThrownBy(() -> fit(sample, Map.of("k", (double) K), Optional.empty()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(why);
  }

  private static CentroidModel fit(
      Sample sample, Map<String, Double> settings, Optional<Parameters> from) throws Exception {
    var trainer = new KMeansTrainer();
    return trainer.train(new Request(sample, Hyperparameters.of(trainer, settings), 1, from));
  }

  /** As in any textbook. */
  private static double[][] lloyd(Sample sample, double[][] start, int moves) {
    double[][] centroids = start;
    for (int move = 0; move < moves; move++) {
      double[] clusters = new CentroidModel(centroids).predict(sample.rows());
      var sums = new double[K][WIDTH];
      var weights = new double[K];
      for (int i = 0; i < clusters.length; i++) {
        int cluster = (int) clusters[i];
        weights[cluster] += sample.weights()[i];
        for (int c = 0; c < WIDTH; c++) {
          sums[cluster][c] += sample.weights()[i] * sample.rows().at(i, c);
        }
      }
      for (int cluster = 0; cluster < K; cluster++) {
        for (int c = 0; c < WIDTH; c++) {
          sums[cluster][c] /= weights[cluster];
        }
      }
      centroids = sums;
    }
    return centroids;
  }

  private static double inertia(Sample sample, double[][] centroids) {
    double[] clusters = new CentroidModel(centroids).predict(sample.rows());
    double inertia = 0;
    for (int i = 0; i < clusters.length; i++) {
      double[] centroid = centroids[(int) clusters[i]];
      for (int c = 0; c < centroid.length; c++) {
        double gap = sample.rows().at(i, c) - centroid[c];
        inertia += sample.weights()[i] * gap * gap;
      }
    }
    return inertia;
  }

  private static double[][] rows(double[] centroids) {
    var rows = new double[centroids.length / WIDTH][];
    Arrays.setAll(rows, c -> Arrays.copyOfRange(centroids, c * WIDTH, (c + 1) * WIDTH));
    return rows;
  }

  /** Rows of a cube, rounded to a step, of different weights. */
  private static Sample random(int rows, long seed, double step) {
    var random = new SplittableRandom(seed);
    var values = new double[rows * WIDTH];
    Arrays.setAll(values, i -> Math.rint(random.nextDouble(-5, 5) / step) * step);
    var weights = new double[rows];
    Arrays.setAll(weights, i -> step == 1 ? 1 : random.nextDouble(0.5, 2));
    return new Sample(new Matrix(rows, WIDTH, values), new double[0], weights);
  }

  /** Four clouds far apart. */
  private static Sample clouds(long seed) {
    var random = new SplittableRandom(seed);
    var values = new double[600 * WIDTH];
    Arrays.setAll(values, i -> 10 * (i / WIDTH % 4) * (i % WIDTH + 1) + random.nextDouble());
    return Sample.of(new Matrix(600, WIDTH, values));
  }
}
