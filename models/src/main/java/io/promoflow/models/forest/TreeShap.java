package io.promoflow.models.forest;

import io.promoflow.ingestion.schema.DecisionTree;

/**
 * What every element of a vector adds to the answer of a tree: exact Shapley values, path-dependent
 * TreeSHAP (Lundberg, Erion, Lee 2018, "Consistent individualized feature attribution for tree
 * ensembles", algorithm 2). What a tree says when some elements are unknown is the mean of its
 * leaves, parted by covers where it would look at an unknown one. Takes time in proportion to
 * leaves times depth squared.
 */
public final class TreeShap {
  private static final int NONE = -1;

  private final DecisionTree tree;
  private final int depth;
  private final double expected;

  /** Of a tree that {@link TreeGuard} does not refuse. */
  public TreeShap(DecisionTree tree) {
    this.tree = tree;
    this.depth = depth(tree, 0);
    this.expected = expected(tree, 0);
  }

  /** What the tree says when nothing is known: the mean of its leaves by cover. */
  public double expected() {
    return expected;
  }

  /** Adds the contribution of every element; they and the expected answer add up to the answer. */
  public void add(double[] vector, double[] contributions) {
    new Walk(vector, contributions).visit(0, 0, NONE, 1, 1);
  }

  /** One pass over all nodes. */
  private final class Walk {
    private final double[] vector;
    private final double[] contributions;
    private final SplitPath path = new SplitPath(depth);

    Walk(double[] vector, double[] contributions) {
      this.vector = vector;
      this.contributions = contributions;
    }

    /**
     * Visits a node and all below it.
     *
     * @param from element that its parent looked at
     * @param zero share of the cover that comes here when that element is unknown
     * @param one 1 when the vector comes here by that element, else 0
     */
    void visit(int node, int level, int from, double zero, double one) {
      path.extend(level, from, zero, one);
      int element = tree.elements()[node];
      if (element < 0) {
        addLeaf(level, tree.values()[node]);
        return;
      }
      double zeroSoFar = 1;
      double oneSoFar = 1;
      int earlier = path.find(level, element);
      if (earlier != NONE) {
        zeroSoFar = path.zero(level, earlier);
        oneSoFar = path.one(level, earlier);
        path.unwind(level, earlier);
      }
      boolean goesLeft = vector[element] <= tree.thresholds()[node];
      double leftZero = zeroSoFar * leftShare(tree, node);
      visit(tree.left()[node], level + 1, element, leftZero, goesLeft ? oneSoFar : 0);
      double rightZero = zeroSoFar * (1 - leftShare(tree, node));
      visit(tree.right()[node], level + 1, element, rightZero, goesLeft ? 0 : oneSoFar);
    }

    private void addLeaf(int level, double value) {
      for (int i = 1; i < path.length(level); i++) {
        contributions[path.element(level, i)] +=
            path.unwoundSum(level, i) * (path.one(level, i) - path.zero(level, i)) * value;
      }
    }
  }

  private static double leftShare(DecisionTree tree, int node) {
    double left = tree.covers()[tree.left()[node]];
    return left / (left + tree.covers()[tree.right()[node]]);
  }

  private static double expected(DecisionTree tree, int node) {
    if (tree.elements()[node] < 0) {
      return tree.values()[node];
    }
    double left = leftShare(tree, node);
    return left * expected(tree, tree.left()[node])
        + (1 - left) * expected(tree, tree.right()[node]);
  }

  private static int depth(DecisionTree tree, int node) {
    return tree.elements()[node] < 0
        ? 0
        : 1 + Math.max(depth(tree, tree.left()[node]), depth(tree, tree.right()[node]));
  }
}
