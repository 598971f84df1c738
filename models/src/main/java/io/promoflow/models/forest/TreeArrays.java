package io.promoflow.models.forest;

import io.promoflow.ingestion.schema.DecisionTree;
import java.util.ArrayList;
import java.util.List;

/** A tree under construction, node by node, parents before children. */
final class TreeArrays {
  private static final int NONE = -1;

  private record Node(int element, double threshold, double value, double cover) {}

  private final List<Node> nodes = new ArrayList<>();
  private final List<int[]> children = new ArrayList<>();

  /** Answers its number. */
  int leaf(double value, double cover) {
    return split(NONE, 0, value, cover);
  }

  /** Answers its number; its children are told later. */
  int split(int element, double threshold, double value, double cover) {
    nodes.add(new Node(element, threshold, value, cover));
    children.add(new int[] {NONE, NONE});
    return nodes.size() - 1;
  }

  void children(int node, int left, int right) {
    children.set(node, new int[] {left, right});
  }

  DecisionTree tree() {
    return new DecisionTree(
        nodes.stream().mapToInt(Node::element).toArray(),
        nodes.stream().mapToDouble(Node::threshold).toArray(),
        children.stream().mapToInt(pair -> pair[0]).toArray(),
        children.stream().mapToInt(pair -> pair[1]).toArray(),
        nodes.stream().mapToDouble(Node::value).toArray(),
        nodes.stream().mapToDouble(Node::cover).toArray());
  }
}
