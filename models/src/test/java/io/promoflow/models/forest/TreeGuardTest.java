package io.promoflow.models.forest;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.DecisionTree;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TreeGuardTest {
  private static void refused(Consumer<DecisionTree> spoil, String reason) {
    DecisionTree tree = Trees.three();
    spoil.accept(tree);
    assertThat(TreeGuard.refusal(List.of(Trees.three(), tree), 2)).contains("tree 1: " + reason);
  }

  @Test
  void wellFormedTreesPass() {
    assertThat(TreeGuard.refusal(List.of(Trees.three()), 2)).isEmpty();
  }

  @Test
  void noTreesOrNoSplitsAreRefused() {
    var leaf =
        new DecisionTree(
            new int[] {-1},
            new double[1],
            new int[] {-1},
            new int[] {-1},
            new double[] {0.3},
            new double[] {5});
    assertThat(TreeGuard.refusal(null, 2)).contains("it has no trees");
    assertThat(TreeGuard.refusal(List.of(), 2)).contains("it has no trees");
    assertThat(TreeGuard.refusal(List.of(leaf), 2)).contains("none of its trees has a split");
    assertThat(TreeGuard.refusal(List.of(leaf, Trees.three()), 2)).isEmpty();
  }

  @Test
  void brokenNodesAreRefused() {
    refused(tree -> tree.elements()[2] = 2, "node 2 looks at element 2 of 2");
    refused(tree -> tree.elements()[2] = -2, "node 2 looks at element -2 of 2");
    refused(tree -> tree.thresholds()[0] = Double.NaN, "the threshold of node 0 is NaN");
    refused(tree -> tree.values()[3] = 1.5, "the value of node 3 is 1.5");
    refused(tree -> tree.values()[2] = Double.NaN, "the value of node 2 is NaN");
    refused(tree -> tree.covers()[4] = 0, "the cover of node 4 is 0.0");
  }

  @Test
  void waysThatDoNotEndAreRefused() {
    refused(tree -> tree.left()[2] = 0, "node 2 of 5 has the child 0");
    refused(tree -> tree.right()[2] = 2, "node 2 of 5 has the child 2");
    refused(tree -> tree.right()[2] = 5, "node 2 of 5 has the child 5");
    refused(tree -> tree.right()[2] = 3, "node 3 has two parents");
  }

  @Test
  void arraysOfDifferentLengthsAreRefused() {
    DecisionTree tree = Trees.three();
    var without =
        new DecisionTree(
            tree.elements(), tree.thresholds(), tree.left(), tree.right(), tree.values(), null);
    assertThat(TreeGuard.refusal(List.of(without), 2))
        .contains("tree 0: its arrays are missing, empty or of different lengths");
  }
}
