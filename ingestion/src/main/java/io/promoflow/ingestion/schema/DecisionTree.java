package io.promoflow.ingestion.schema;

/**
 * A binary tree over the elements of a vector, node by node from the root at 0; children come after
 * their parent.
 *
 * @param elements which element a node looks at; -1 at a leaf
 * @param thresholds elements that are smaller or equal go left, others right
 * @param left child; -1 at a leaf
 * @param right child; -1 at a leaf
 * @param values mean label of the rows at a node; the answer at a leaf
 * @param covers rows that reached a node when it was grown, by weight
 */
public record DecisionTree(
    int[] elements,
    double[] thresholds,
    int[] left,
    int[] right,
    double[] values,
    double[] covers) {

  /** The leaf that a vector falls into. */
  public int leaf(double[] vector) {
    int node = 0;
    while (elements[node] >= 0) {
      node = vector[elements[node]] <= thresholds[node] ? left[node] : right[node];
    }
    return node;
  }

  /** The value of the leaf that a vector falls into. */
  public double value(double[] vector) {
    return values[leaf(vector)];
  }
}
