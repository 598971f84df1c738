package io.promoflow.models.trainer;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Finds the rows near a point: Bentley, "Multidimensional Binary Search Trees" (1975). A box of
 * rows is a run in one array; it is cut at the middle, along the column in which it is widest.
 */
final class KdTree {
  private static final int MOST_UNCUT = 16;

  private final Matrix rows;
  private final int[] order;

  /** By the middle of a box: the column and the number at which it is cut. */
  private final int[] columns;

  private final double[] cuts;

  KdTree(Matrix rows) {
    this.rows = rows;
    this.order = IntStream.range(0, rows.rows()).toArray();
    this.columns = new int[rows.rows()];
    this.cuts = new double[rows.rows()];
    cut(0, order.length);
  }

  /** Tells all rows no farther than some distance from a point, in any order. */
  void within(double distance, double[] point, IntConsumer found) {
    within(distance * distance, point, 0, order.length, found);
  }

  double squaredDistance(double[] point, int row) {
    return Euclidean.squared(point, 0, rows.values(), row * rows.width(), rows.width());
  }

  private void within(double squared, double[] point, int from, int to, IntConsumer found) {
    if (to - from <= MOST_UNCUT) {
      for (int i = from; i < to; i++) {
        if (squaredDistance(point, order[i]) <= squared) {
          found.accept(order[i]);
        }
      }
      return;
    }
    int middle = (from + to) >>> 1;
    double gap = point[columns[middle]] - cuts[middle];
    if (gap <= 0 || gap * gap <= squared) {
      within(squared, point, from, middle, found);
    }
    if (gap >= 0 || gap * gap <= squared) {
      within(squared, point, middle, to, found);
    }
  }

  private void cut(int from, int to) {
    if (to - from > MOST_UNCUT) {
      int middle = (from + to) >>> 1;
      columns[middle] = widest(from, to);
      select(middle, from, to - 1, columns[middle]);
      cuts[middle] = rows.at(order[middle], columns[middle]);
      cut(from, middle);
      cut(middle, to);
    }
  }

  private int widest(int from, int to) {
    int widest = 0;
    double most = -1;
    for (int c = 0; c < rows.width(); c++) {
      double least = Double.POSITIVE_INFINITY;
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = from; i < to; i++) {
        least = Math.min(least, rows.at(order[i], c));
        largest = Math.max(largest, rows.at(order[i], c));
      }
      if (largest - least > most) {
        most = largest - least;
        widest = c;
      }
    }
    return widest;
  }

  /** Puts what is smaller before a place and what is larger behind it: Hoare, "Find" (1961). */
  private void select(int place, int first, int last, int column) {
    int from = first;
    int to = last;
    while (from < to) {
      double pivot = rows.at(order[(from + to) >>> 1], column);
      int i = from;
      int j = to;
      while (i <= j) {
        while (rows.at(order[i], column) < pivot) {
          i++;
        }
        while (rows.at(order[j], column) > pivot) {
          j--;
        }
        if (i <= j) {
          int swapped = order[i];
          order[i++] = order[j];
          order[j--] = swapped;
        }
      }
      if (place <= j) {
        to = j;
      } else if (place >= i) {
        from = i;
      } else {
        return;
      }
    }
  }
}
