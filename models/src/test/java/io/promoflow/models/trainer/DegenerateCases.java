package io.promoflow.models.trainer;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Samples that break trainers: each is one of the kinds below, drawn by its number. */
final class DegenerateCases {
  enum Kind {
    ONE_CLASS,
    PERFECT_SEPARATION,
    COLLINEAR,
    CONSTANT_COLUMN,
    HUGE_SCALE,
    TINY_SCALE,
    FEW_DISTINCT_ROWS,
    MORE_COLUMNS_THAN_ROWS,
    ONE_ROW,
    NO_ROWS,
    NOT_A_NUMBER,
    INFINITE,
    HUGE_WEIGHTS,
    ONE_OUTLIER
  }

  private static final int MOST_ROWS = 30;
  private static final int MOST_COLUMNS = 5;

  private DegenerateCases() {}

  static Kind kind(int number) {
    return Kind.values()[number % Kind.values().length];
  }

  /** A sample for a task. */
  static Sample of(int number, Task task) {
    var random = new SplittableRandom(number);
    Kind kind = kind(number);
    int rows = rows(kind, random);
    int width = kind == Kind.MORE_COLUMNS_THAN_ROWS ? rows + 5 : 2 + random.nextInt(MOST_COLUMNS);
    var values = new double[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble(-2, 2);
    }
    var matrix = new Matrix(rows, width, values);
    var labels = new double[task == Task.CLUSTERING ? 0 : rows];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = task == Task.REGRESSION ? random.nextDouble(-5, 5) : random.nextInt(2);
    }
    var weights = new double[rows];
    Arrays.fill(weights, 1);
    spoil(kind, matrix, labels, weights, random, task);
    return new Sample(matrix, labels, weights);
  }

  private static int rows(Kind kind, SplittableRandom random) {
    return switch (kind) {
      case NO_ROWS -> 0;
      case ONE_ROW -> 1;
      default -> 4 + random.nextInt(MOST_ROWS);
    };
  }

  private static void spoil(
      Kind kind, Matrix m, double[] labels, double[] weights, SplittableRandom random, Task task) {
    for (int i = 0; i < m.rows(); i++) {
      int row = i * m.width();
      switch (kind) {
        case ONE_CLASS -> fill(labels, i, 1);
        case PERFECT_SEPARATION ->
            fill(labels, i, (task == Task.REGRESSION ? 1e9 : 1) * (m.values()[row] > 0 ? 1 : 0));
        case COLLINEAR -> m.values()[row + 1] = 3 * m.values()[row];
        case CONSTANT_COLUMN -> m.values()[row] = 7;
        case HUGE_SCALE -> m.values()[row] *= 1e12;
        case TINY_SCALE -> m.values()[row] *= 1e-12;
        case FEW_DISTINCT_ROWS -> Arrays.fill(m.values(), row, row + m.width(), random.nextInt(2));
        case HUGE_WEIGHTS -> weights[i] = random.nextBoolean() ? 1e9 : 1;
        default -> {
          // the others are spoilt once, below
        }
      }
    }
    int any = m.values().length == 0 ? -1 : random.nextInt(m.values().length);
    switch (kind) {
      case NOT_A_NUMBER -> m.values()[any] = Double.NaN;
      case INFINITE -> m.values()[any] = Double.NEGATIVE_INFINITY;
      case ONE_OUTLIER -> m.values()[any] = 1e12;
      default -> {
        // the others are spoilt row by row, above
      }
    }
  }

  private static void fill(double[] labels, int i, double label) {
    if (labels.length > 0) {
      labels[i] = label;
    }
  }
}
