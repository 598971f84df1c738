package io.promoflow.models.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.DecisionTree;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Sample;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.common.tree.TreeModel;
import org.tribuo.impl.ArrayExample;

/** What is kept of a tree, against what the library itself predicts. */
class TreeConversionTest {
  private static final double ROUNDING = 1e-12;

  /**
   * The library takes weights away from each other in single precision; some of its means are
   * -1e-6.
   */
  private static final double SINGLE_PRECISION = 1e-4;

  private static Sample sample(int rows, int width, boolean weighted, long seed) {
    var random = new SplittableRandom(seed);
    double[][] values = new double[rows][width];
    var labels = new double[rows];
    var weights = new double[rows];
    for (int i = 0; i < rows; i++) {
      // some columns have few values, so that rows lie on both sides of equal ones
      Arrays.setAll(
          values[i], c -> c % 2 == 0 ? random.nextInt(4) : random.nextDouble(-1, 1) * (c + 1));
      labels[i] = values[i][0] + values[i][1] + random.nextDouble(-2, 2) > 1.5 ? 1 : 0;
      weights[i] = weighted ? random.nextDouble(0.1, 5) : 1;
    }
    return new Sample(Matrix.of(values), labels, weights);
  }

  private static double predicted(Model<Label> model, double[] row) {
    var names = new String[row.length];
    Arrays.setAll(names, Integer::toString);
    return model
        .predict(new ArrayExample<>(LabelFactory.UNKNOWN_LABEL, names, row))
        .getOutputScores()
        .get(TreeGrower.POSITIVE)
        .getScore();
  }

  private static void sameAnswers(boolean weighted, double tolerance) {
    Sample sample = sample(500, 12, weighted, 1);
    Sample unseen = sample(300, 12, weighted, 2);
    var settings =
        Hyperparameters.of(
            new ForestTrainer(), Map.of("minimum-leaf", 1.0, "depth", 20.0, "feature-share", 0.5));
    var grower = new TreeGrower(sample, settings);
    var random = new SplittableRandom(3);
    for (int t = 0; t < 20; t++) {
      Bag bag = Bag.draw(sample, random);
      TreeModel<Label> theirs = grower.grow(bag, t);
      DecisionTree ours = TreeConversion.of(theirs, sample, bag);
      assertThat(ours.elements()).hasSizeGreaterThan(20);
      for (int i = 0; i < unseen.size(); i++) {
        double[] row = unseen.rows().row(i);
        assertThat(ours.value(row)).isCloseTo(predicted(theirs, row), within(tolerance));
      }
    }
  }

  @Test
  void rowsThatCountOnceGiveTheAnswersOfTheLibrary() {
    sameAnswers(false, ROUNDING);
  }

  @Test
  void weightedRowsGiveThemToSinglePrecision() {
    sameAnswers(true, SINGLE_PRECISION);
  }

  @Test
  void coversAndMeansAddUp() {
    Sample sample = sample(500, 12, true, 4);
    var grower = new TreeGrower(sample, Hyperparameters.defaults(new ForestTrainer()));
    Bag bag = Bag.draw(sample, new SplittableRandom(5));
    DecisionTree tree = TreeConversion.of(grower.grow(bag, 6), sample, bag);
    assertThat(tree.covers()[0]).isCloseTo(Arrays.stream(bag.weights()).sum(), within(1e-9));
    for (int node = 0; node < tree.elements().length; node++) {
      if (tree.elements()[node] >= 0) {
        int left = tree.left()[node];
        int right = tree.right()[node];
        double cover = tree.covers()[left] + tree.covers()[right];
        double sum =
            tree.covers()[left] * tree.values()[left] + tree.covers()[right] * tree.values()[right];
        assertThat(tree.covers()[node]).isCloseTo(cover, within(1e-9));
        assertThat(tree.values()[node]).isCloseTo(sum / cover, within(1e-9));
      }
    }
  }

  @Test
  void aSplitBetweenNeighbouringNumbersLosesNoRow() {
    double one = 1;
    double next = Math.nextUp(one);
    double[][] rows = new double[40][];
    var labels = new double[40];
    for (int i = 0; i < 40; i++) {
      rows[i] = new double[] {i % 2 == 0 ? one : next};
      labels[i] = i % 2;
    }
    Sample sample = Sample.of(Matrix.of(rows), labels);
    var grower = new TreeGrower(sample, Hyperparameters.defaults(new ForestTrainer()));
    Bag bag = Bag.draw(sample, new SplittableRandom(1));
    DecisionTree tree = TreeConversion.of(grower.grow(bag, 1), sample, bag);
    assertThat(Arrays.stream(tree.covers()).allMatch(cover -> cover > 0)).isTrue();
  }
}
