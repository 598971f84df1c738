package io.promoflow.models.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.clustering.Cluster;
import org.hipparchus.clustering.DBSCANClusterer;
import org.hipparchus.clustering.DoublePoint;
import org.junit.jupiter.api.Test;

class DbscanTrainerTest extends TrainerContract {

  @Override
  protected Trainer trainer() {
    return new DbscanTrainer();
  }

  @Override
  protected Map<String, Double> settings() {
    return Map.of("eps", 0.9);
  }

  @Override
  protected int degenerateCases() {
    return 10_000;
  }

  /** Hipparchus does not count a row as its own neighbour. */
  @Test
  void findsWhatHipparchusFinds() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      double[][] rows = rows(300, 2 + seed % 3, seed);
      double reach = 0.1 * (2 + seed % 3);
      double[] ours = fit(Sample.of(Matrix.of(rows)), reach, 5).predict(Matrix.of(rows));
      List<Cluster<DoublePoint>> theirs =
          new DBSCANClusterer<DoublePoint>(reach, 4)
              .cluster(Arrays.stream(rows).map(DoublePoint::new).toList());
      assertThat(Arrays.stream(ours).filter(cluster -> cluster >= 0).distinct())
          .hasSize(theirs.size());
      assertSameCores(rows, reach, ours, theirs);
    }
  }

  /** Rows that reach two clusters may be in either. */
  private static void assertSameCores(
      double[][] rows, double reach, double[] ours, List<Cluster<DoublePoint>> theirs) {
    var expected = new HashMap<List<Double>, Integer>();
    for (int c = 0; c < theirs.size(); c++) {
      for (DoublePoint point : theirs.get(c).getPoints()) {
        expected.put(Arrays.stream(point.getPoint()).boxed().toList(), c);
      }
    }
    var renamed = new HashMap<Integer, Double>();
    for (int i = 0; i < rows.length; i++) {
      double found = ours[i];
      Integer cluster = expected.get(Arrays.stream(rows[i]).boxed().toList());
      assertThat(found < 0).isEqualTo(cluster == null);
      if (near(rows, i, reach) >= 5) {
        assertThat(found).isEqualTo(renamed.computeIfAbsent(cluster, any -> found));
      }
    }
  }

  private static long near(double[][] rows, int row, double reach) {
    return Arrays.stream(rows)
        .filter(other -> Euclidean.squared(rows[row], 0, other, 0, other.length) <= reach * reach)
        .count();
  }

  @Test
  void aRowFarFromAllCoresBelongsToNone() throws Exception {
    Sample line = column(0, 0.1, 0.2, 0.3, 0.4, 5, 5.1, 5.2, 5.3, 5.4, 9);
    assertThat(fit(line, 0.25, 3).predict(line.rows()))
        .containsExactly(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1);
  }

  @Test
  void aWeightCountsLikeRepeatedRows() throws Exception {
    Sample alone = column(1, 7, 9);
    var weighted = new Sample(alone.rows(), alone.labels(), new double[] {1, 4, 5});
    assertThat(fit(weighted, 0.5, 5).predict(alone.rows())).containsExactly(-1, -1, 0);
  }

  @Test
  void saysThatNothingIsDense() {
    assertThatThrownBy(() -> fit(column(1, 2, 3), 0.5, 2))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no row has a weight of 2.0 within 0.5");
  }

  private static Sample column(double... values) {
    return Sample.of(new Matrix(values.length, 1, values));
  }

  private static double[][] rows(int count, int width, long seed) {
    var random = new SplittableRandom(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> random.doubles(width, 0, 1 + 2 * (i % 3)).toArray())
        .toArray(double[][]::new);
  }

  private static Learned fit(Sample sample, double reach, double enough) throws Exception {
    var trainer = new DbscanTrainer();
    var settings = Hyperparameters.of(trainer, Map.of("eps", reach, "minimum-points", enough));
    return trainer.train(new Request(sample, settings, 1, Optional.empty()));
  }
}
