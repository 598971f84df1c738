package io.promoflow.models.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.DecisionTree;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TreeShapTest {
  private static final double TOLERANCE = 1e-9;
  private static final int TREES = 1_000;
  private static final int MOST_FEATURES = 10;
  private static final int DEPTH = 7;

  /** What a tree says when only the elements of a set are known (the paper's EXPVALUE). */
  private static double known(DecisionTree tree, int node, double[] vector, int set) {
    int element = tree.elements()[node];
    if (element < 0) {
      return tree.values()[node];
    }
    int left = tree.left()[node];
    int right = tree.right()[node];
    if ((set & 1 << element) != 0) {
      return known(tree, vector[element] <= tree.thresholds()[node] ? left : right, vector, set);
    }
    return (tree.covers()[left] * known(tree, left, vector, set)
            + tree.covers()[right] * known(tree, right, vector, set))
        / tree.covers()[node];
  }

  /** Shapley's formula over all sets of the others. */
  private static double[] shapley(DecisionTree tree, double[] vector) {
    int width = vector.length;
    var worth = new double[1 << width];
    Arrays.setAll(worth, set -> known(tree, 0, vector, set));
    var values = new double[width];
    for (int element = 0; element < width; element++) {
      for (int set = 0; set < worth.length; set++) {
        if ((set & 1 << element) == 0) {
          int size = Integer.bitCount(set);
          double weight = factorial(size) * factorial(width - size - 1) / factorial(width);
          values[element] += weight * (worth[set | 1 << element] - worth[set]);
        }
      }
    }
    return values;
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }

  private static double[] contributions(DecisionTree tree, double[] vector) {
    var contributions = new double[vector.length];
    new TreeShap(tree).add(vector, contributions);
    return contributions;
  }

  @Test
  void threeLeavesByHand() {
    // expected .64; with element 0 alone 58/70, with element 1 alone .3 * .2 + .7 * .9 = .69
    double[] contributions = contributions(Trees.three(), new double[] {1, 0});
    assertThat(new TreeShap(Trees.three()).expected()).isCloseTo(0.64, within(1e-15));
    double first = (58.0 / 70 - 0.64 + 0.9 - 0.69) / 2;
    assertThat(contributions[0]).isCloseTo(first, within(1e-15));
    assertThat(contributions[1]).isCloseTo(0.26 - first, within(1e-15));
  }

  @Test
  void thousandRandomTreesHaveTheShapleyValuesOfAllSubsets() {
    var random = new SplittableRandom(1);
    for (int t = 0; t < TREES; t++) {
      int width = 1 + random.nextInt(MOST_FEATURES);
      DecisionTree tree = Trees.random(random, width, DEPTH);
      double[] vector = random.doubles(width, -1, 1).toArray();
      assertThat(contributions(tree, vector))
          .as("tree %s", t)
          .containsExactly(shapley(tree, vector), within(TOLERANCE));
    }
  }

  @Test
  void deepTreesAreExplainedInFull() {
    var random = new SplittableRandom(2);
    for (int t = 0; t < 100; t++) {
      DecisionTree tree = Trees.random(random, 40, 14);
      double[] vector = random.doubles(40, -1, 1).toArray();
      double sum = Arrays.stream(contributions(tree, vector)).sum();
      assertThat(new TreeShap(tree).expected() + sum)
          .as("tree %s", t)
          .isCloseTo(tree.value(vector), within(TOLERANCE));
    }
  }

  @Test
  void anElementThatNoSplitLooksAtAddsNothing() {
    assertThat(contributions(Trees.three(), new double[] {1, 0, 5})[2]).isZero();
  }
}
