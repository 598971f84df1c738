package io.promoflow.models.forest;

import io.promoflow.ingestion.schema.DecisionTree;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Refuses trees that can't be walked to an end or that answer with something that is no
 * probability, and says why.
 */
public final class TreeGuard {
  private static final int NONE = -1;

  private final DecisionTree tree;
  private final int width;
  private final int[] parents;

  private TreeGuard(DecisionTree tree, int width) {
    this.tree = tree;
    this.width = width;
    this.parents = new int[tree.elements().length];
  }

  /** The first thing that is wrong with trees over vectors of a width; empty when nothing is. */
  public static Optional<String> refusal(List<DecisionTree> trees, int width) {
    if (trees == null || trees.isEmpty()) {
      return Optional.of("it has no trees");
    }
    for (int t = 0; t < trees.size(); t++) {
      String wrong = wrong(trees.get(t), width);
      if (wrong != null) {
        return Optional.of("tree " + t + ": " + wrong);
      }
    }
    return trees.stream().allMatch(tree -> tree.elements()[0] == NONE)
        ? Optional.of("none of its trees has a split")
        : Optional.empty();
  }

  private static String wrong(DecisionTree tree, int width) {
    if (!arraysAgree(tree)) {
      return "its arrays are missing, empty or of different lengths";
    }
    var guard = new TreeGuard(tree, width);
    return IntStream.range(0, tree.elements().length)
        .mapToObj(guard::wrongNode)
        .filter(wrong -> wrong != null)
        .findFirst()
        .orElse(null);
  }

  private static boolean arraysAgree(DecisionTree tree) {
    if (tree == null
        || tree.elements() == null
        || tree.thresholds() == null
        || tree.left() == null
        || tree.right() == null
        || tree.values() == null
        || tree.covers() == null) {
      return false;
    }
    int nodes = tree.elements().length;
    return nodes > 0
        && tree.thresholds().length == nodes
        && tree.left().length == nodes
        && tree.right().length == nodes
        && tree.values().length == nodes
        && tree.covers().length == nodes;
  }

  private String wrongNode(int node) {
    double value = tree.values()[node];
    double cover = tree.covers()[node];
    if (!(value >= 0 && value <= 1)) {
      return "the value of node " + node + " is " + value;
    }
    if (!(cover > 0 && cover < Double.POSITIVE_INFINITY)) {
      return "the cover of node " + node + " is " + cover;
    }
    return tree.elements()[node] == NONE ? null : wrongSplit(node);
  }

  private String wrongSplit(int node) {
    int element = tree.elements()[node];
    if (element < 0 || element >= width) {
      return "node " + node + " looks at element " + element + " of " + width;
    }
    if (!Double.isFinite(tree.thresholds()[node])) {
      return "the threshold of node " + node + " is " + tree.thresholds()[node];
    }
    String left = wrongChild(node, tree.left()[node]);
    return left != null ? left : wrongChild(node, tree.right()[node]);
  }

  /** Children come after their parent and have one, so that every walk ends. */
  private String wrongChild(int node, int child) {
    if (child <= node || child >= parents.length) {
      return "node " + node + " of " + parents.length + " has the child " + child;
    }
    return ++parents[child] > 1 ? "node " + child + " has two parents" : null;
  }
}
