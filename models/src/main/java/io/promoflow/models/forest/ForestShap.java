package io.promoflow.models.forest;

import io.promoflow.ingestion.schema.DecisionTree;
import java.util.List;

/** What every element of a vector adds to the mean of trees: the mean of what it adds to each. */
public final class ForestShap {
  private final List<TreeShap> trees;

  public ForestShap(List<DecisionTree> trees) {
    this.trees = trees.stream().map(TreeShap::new).toList();
  }

  /** What the forest says when nothing is known. */
  public double expected() {
    return trees.stream().mapToDouble(TreeShap::expected).sum() / trees.size();
  }

  /** Per element; all of them and the expected answer give the answer. */
  public double[] contributions(double[] vector) {
    var sums = new double[vector.length];
    trees.forEach(tree -> tree.add(vector, sums));
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= trees.size();
    }
    return sums;
  }
}
