package io.promoflow.models.forest;

import io.promoflow.ingestion.schema.DecisionTree;
import java.util.SplittableRandom;

/** Trees to explain and to spoil. */
public final class Trees {
  private Trees() {}

  /** Element 0 up to 0.5: 0.2 (30 rows); else by element 1 up to -1: 0.4 (10), else 0.9 (60). */
  public static DecisionTree three() {
    return new DecisionTree(
        new int[] {0, -1, 1, -1, -1},
        new double[] {0.5, 0, -1, 0, 0},
        new int[] {1, -1, 3, -1, -1},
        new int[] {2, -1, 4, -1, -1},
        new double[] {0.64, 0.2, 58.0 / 70, 0.4, 0.9},
        new double[] {100, 30, 70, 10, 60});
  }

  /** Any tree; elements may come back on a way down. */
  static DecisionTree random(SplittableRandom random, int width, int depth) {
    var arrays = new TreeArrays();
    grow(arrays, random, width, depth, random.nextDouble(1, 1_000));
    return arrays.tree();
  }

  private static int grow(
      TreeArrays arrays, SplittableRandom random, int width, int depth, double cover) {
    if (depth == 0 || random.nextInt(8) == 0) {
      return arrays.leaf(random.nextDouble(), cover);
    }
    int node =
        arrays.split(random.nextInt(width), random.nextDouble(-1, 1), random.nextDouble(), cover);
    double left = cover * random.nextDouble(0.01, 0.99);
    arrays.children(
        node,
        grow(arrays, random, width, depth - 1, left),
        grow(arrays, random, width, depth - 1, cover - left));
    return node;
  }
}
