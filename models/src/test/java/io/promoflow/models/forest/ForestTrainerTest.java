package io.promoflow.models.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.DecisionTree;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainerContract;
import io.promoflow.models.trainer.TrainingException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForestTrainerTest extends TrainerContract {
  private static final Map<String, Double> SMALL = Map.of("trees", 10.0, "minimum-leaf", 1.0);

  private final ForestTrainer trainer = new ForestTrainer();

  @Override
  protected Trainer trainer() {
    return trainer;
  }

  @Override
  protected Map<String, Double> settings() {
    return SMALL;
  }

  @Override
  protected int degenerateCases() {
    return Integer.getInteger("promoflow.degenerate-cases", 560);
  }

  private List<DecisionTree> trees(Sample sample, Map<String, Double> settings, long seed)
      throws Exception {
    var request =
        new Request(sample, Hyperparameters.of(trainer, settings), seed, Optional.empty());
    return trainer.train(request).parameters().orElseThrow().trees();
  }

  @Test
  void settingsAreKept() throws Exception {
    Sample sample = plain(Task.CLASSIFICATION, 1);
    var trees = trees(sample, Map.of("trees", 7.0, "depth", 2.0, "minimum-leaf", 30.0), 1);
    assertThat(trees)
        .hasSize(7)
        .allMatch(tree -> tree.elements().length <= 7)
        .allMatch(tree -> Arrays.stream(tree.covers()).allMatch(cover -> cover >= 30))
        .allMatch(tree -> tree.covers()[0] == sample.size());
  }

  @Test
  void anotherSeedGivesOtherTrees() throws Exception {
    Sample sample = plain(Task.CLASSIFICATION, 1);
    assertThat(trees(sample, SMALL, 1))
        .usingRecursiveComparison()
        .isEqualTo(trees(sample, SMALL, 1));
    assertThat(trees(sample, SMALL, 2).get(0).thresholds())
        .isNotEqualTo(trees(sample, SMALL, 1).get(0).thresholds());
  }

  @Test
  void aRowThatCountsThreeTimesPullsTheMean() throws Exception {
    Sample even = plain(Task.CLASSIFICATION, 1);
    double[] weights = Arrays.stream(even.labels()).map(label -> label == 1 ? 3 : 1).toArray();
    var weighted = new Sample(even.rows(), even.labels(), weights);
    double positive = Arrays.stream(even.labels()).average().orElseThrow();
    double pulled = 3 * positive / (3 * positive + 1 - positive);
    assertThat(meanOfRoots(trees(even, Map.of(), 1))).isCloseTo(positive, within(0.01));
    assertThat(meanOfRoots(trees(weighted, Map.of(), 1))).isCloseTo(pulled, within(0.01));
  }

  private static double meanOfRoots(List<DecisionTree> trees) {
    return trees.stream().mapToDouble(tree -> tree.values()[0]).average().orElseThrow();
  }

  @Test
  void weightsOfAnyUnitGiveTheSameTrees() throws Exception {
    Sample sample = plain(Task.CLASSIFICATION, 1);
    double[] thousands = Arrays.stream(sample.weights()).map(w -> w * 1024).toArray();
    var scaled = new Sample(sample.rows(), sample.labels(), thousands);
    assertThat(trees(scaled, Map.of(), 1).get(3).thresholds())
        .containsExactly(trees(sample, Map.of(), 1).get(3).thresholds());
  }

  @Test
  void moreThanTenColumnsKeepTheirPlaces() throws Exception {
    int width = 25;
    int telling = 13;
    double[][] rows = new double[200][width];
    double[] labels = new double[200];
    for (int i = 0; i < rows.length; i++) {
      rows[i][telling] = i;
      labels[i] = i < 100 ? 0 : 1;
    }
    var trees = trees(Sample.of(Matrix.of(rows), labels), Map.of("feature-share", 1.0), 1);
    assertThat(trees).allMatch(tree -> tree.elements()[0] == telling);
  }

  @Test
  void rowsThatDoNotDifferAreRefused() {
    var rows = new Matrix(60, 2, new double[120]);
    double[] labels = IntStream.range(0, 60).mapToDouble(i -> i % 2).toArray();
    assertThatThrownBy(() -> trees(Sample.of(rows, labels), SMALL, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no tree found a split");
  }

  @Test
  void anInterruptedFitEnds() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> trees(plain(Task.CLASSIFICATION, 1), SMALL, 1))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }
}
