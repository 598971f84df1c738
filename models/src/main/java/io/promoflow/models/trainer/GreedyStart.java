package io.promoflow.models.trainer;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Centroids to start from: k-means++ of Arthur and Vassilvitskii (2007), in the greedy form of its
 * last section, which draws a few rows at every step and keeps the one that leaves the least
 * inertia.
 */
final class GreedyStart {
  private final double[] values;
  private final double[] weights;
  private final int width;
  private final Stripes stripes;
  private final SplittableRandom random;

  /** Squared distance of each row to the nearest centroid so far. */
  private double[] nearest;

  /** The same, were a try the next centroid. */
  private final double[][] tried;

  /** Weighted sum of the nearest, per stripe. */
  private double[] inertias;

  private GreedyStart(Sample sample, int tries, SplittableRandom random) {
    this.values = sample.rows().values();
    this.weights = sample.weights();
    this.width = sample.rows().width();
    this.stripes = Stripes.of(sample.size());
    this.random = random;
    this.nearest = new double[sample.size()];
    this.tried = new double[tries][sample.size()];
    this.inertias = new double[stripes.count()];
  }

  /** Some rows that differ, one behind the other. */
  static double[] of(Sample sample, int k, SplittableRandom random) throws TrainingException {
    return new GreedyStart(sample, 2 + (int) Math.log(k), random).centroids(k);
  }

  private double[] centroids(int k) throws TrainingException {
    var centroids = new double[k * width];
    int row = first();
    for (int c = 0; c < k; c++) {
      if (c > 0) {
        if (sum(inertias) == 0) {
          throw new TrainingException("fewer than " + k + " rows differ");
        }
        row = next();
      }
      System.arraycopy(values, row * width, centroids, c * width, width);
    }
    return centroids;
  }

  /** Drawn by weight. */
  private int first() {
    Arrays.fill(nearest, 1);
    stripes.forEach(
        (stripe, from, to) -> {
          for (int i = from; i < to; i++) {
            inertias[stripe] += weights[i];
          }
        });
    int row = draw();
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    return keepBest(row);
  }

  private int next() {
    var rows = new int[tried.length];
    Arrays.setAll(rows, t -> draw());
    return keepBest(rows);
  }

  /** A row, as probable as its share of the inertia. */
  private int draw() {
    double left = random.nextDouble() * sum(inertias);
    int stripe = 0;
    while (stripe < inertias.length - 1 && left >= inertias[stripe]) {
      left -= inertias[stripe++];
    }
    int drawn = stripes.from(stripe);
    for (int i = drawn; i < stripes.from(stripe + 1) && left >= 0; i++) {
      double share = weights[i] * nearest[i];
      if (share > 0) {
        drawn = i;
        left -= share;
      }
    }
    return drawn;
  }

  private int keepBest(int... rows) {
    double[][] with = inertiasWith(rows);
    int best = 0;
    for (int t = 1; t < rows.length; t++) {
      best = sum(with[t]) < sum(with[best]) ? t : best;
    }
    inertias = with[best];
    double[] kept = tried[best];
    tried[best] = nearest;
    nearest = kept;
    return rows[best];
  }

  private double[][] inertiasWith(int[] rows) {
    var with = new double[rows.length][stripes.count()];
    stripes.forEach(
        (stripe, from, to) -> {
          for (int t = 0; t < rows.length; t++) {
            with[t][stripe] = inertiaWith(rows[t], tried[t], from, to);
          }
        });
    return with;
  }

  private double inertiaWith(int row, double[] nearestWith, int from, int to) {
    double inertia = 0;
    for (int i = from; i < to; i++) {
      double distance = Euclidean.squared(values, i * width, values, row * width, width);
      nearestWith[i] = Math.min(distance, nearest[i]);
      inertia += weights[i] * nearestWith[i];
    }
    return inertia;
  }

  private static double sum(double[] parts) {
    double sum = 0;
    for (double part : parts) {
      sum += part;
    }
    return sum;
  }
}
