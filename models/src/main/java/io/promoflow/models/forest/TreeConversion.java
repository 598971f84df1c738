package io.promoflow.models.forest;

import io.promoflow.ingestion.schema.DecisionTree;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Sample;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.classification.Label;
import org.tribuo.common.tree.Node;
import org.tribuo.common.tree.SplitNode;
import org.tribuo.common.tree.TreeModel;

/**
 * From Tribuo's nodes to ours. The rows of the bag walk along, so that covers and means come from
 * them in double precision; the library counts in single precision and keeps no covers.
 */
final class TreeConversion {
  private final ImmutableFeatureMap names;
  private final Sample sample;
  private final Bag bag;
  private final TreeArrays arrays = new TreeArrays();

  private TreeConversion(ImmutableFeatureMap names, Sample sample, Bag bag) {
    this.names = names;
    this.sample = sample;
    this.bag = bag;
  }

  static DecisionTree of(TreeModel<Label> tree, Sample sample, Bag bag) {
    var conversion = new TreeConversion(tree.getFeatureIDMap(), sample, bag);
    conversion.add(tree.getRoot(), bag.rows());
    return conversion.arrays.tree();
  }

  /** Adds a node and all below it; answers its number. */
  private int add(Node<Label> node, int[] rows) {
    if (!(node instanceof SplitNode<Label> split)) {
      return arrays.leaf(mean(rows), cover(rows));
    }
    Matrix matrix = sample.rows();
    int column = TreeGrower.column(names.get(split.getFeatureID()).getName());
    IntPredicate goesLeft = row -> matrix.at(row, column) <= split.splitValue();
    int[] left = Arrays.stream(rows).filter(goesLeft).toArray();
    int[] right = Arrays.stream(rows).filter(goesLeft.negate()).toArray();
    if (left.length == 0 || right.length == 0) {
      // the middle of two neighbouring numbers is one of them: nothing was parted after all
      return add(left.length == 0 ? split.getGreaterThan() : split.getLessThanOrEqual(), rows);
    }
    int number = arrays.split(column, split.splitValue(), mean(rows), cover(rows));
    arrays.children(
        number, add(split.getLessThanOrEqual(), left), add(split.getGreaterThan(), right));
    return number;
  }

  private double cover(int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> bag.weights()[row]).sum();
  }

  private double mean(int[] rows) {
    double positive =
        Arrays.stream(rows)
            .filter(row -> sample.labels()[row] == 1)
            .mapToDouble(row -> bag.weights()[row])
            .sum();
    return Math.min(1, positive / cover(rows));
  }
}
