package io.promoflow.models.trainer;

import java.util.Arrays;

/**
 * Lloyd's k-means, exactly, without most of its distances: Hamerly, "Making k-means Even Faster"
 * (2010). Per row one bound above the distance to its own centroid and one below the distance to
 * any other; while the first is the smaller one the row stays where it is.
 */
final class Hamerly {
  /** Bounds gather round-off; closer than this share they are not trusted. */
  private static final double SLACK = 1 - 1e-10;

  private final Sample sample;
  private final double[] values;
  private final int width;
  private final int k;
  private final Stripes stripes;
  private final ClusterMeans means;
  private final int[] clusters;
  private final double[] upper;
  private final double[] lower;
  private final double[] moves;
  private double[] centroids;

  /**
   * Ready to start.
   *
   * @param centroids one behind the other
   */
  Hamerly(Sample sample, double[] centroids) {
    this.sample = sample;
    this.values = sample.rows().values();
    this.width = sample.rows().width();
    this.k = centroids.length / width;
    this.stripes = Stripes.of(sample.size());
    this.means = new ClusterMeans(sample, stripes, k);
    this.clusters = new int[sample.size()];
    this.upper = new double[sample.size()];
    this.lower = new double[sample.size()];
    this.moves = new double[k];
    this.centroids = centroids;
    // nothing is known of any row yet, so that the first look is at all centroids
    Arrays.fill(upper, Double.POSITIVE_INFINITY);
  }

  /**
   * Moves until the squared moves of the centroids sum to no more than a tolerance.
   *
   * @throws TrainingException when there are fewer different rows than centroids
   */
  void run(int iterations, double tolerance) throws TrainingException, InterruptedException {
    assign(true);
    double moved = Double.POSITIVE_INFINITY;
    for (int i = 0; i < iterations && moved > tolerance; i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("a clustering was interrupted");
      }
      fillEmptyClusters();
      moved = moveToMeans();
      if (moved > 0) {
        assign(false);
      }
    }
  }

  /** One behind the other. */
  double[] centroids() {
    return centroids;
  }

  /** Weighted sum of the squared distances of rows to their centroids. */
  double inertia() {
    double[][] parts = stripes.arrays(1);
    stripes.forEach(
        (stripe, from, to) -> {
          for (int i = from; i < to; i++) {
            parts[stripe][0] += sample.weights()[i] * squaredDistance(i, clusters[i]);
          }
        });
    return Stripes.sum(parts)[0];
  }

  private void assign(boolean all) {
    var bounds = CentroidBounds.of(centroids, moves);
    stripes.forEach(
        (stripe, from, to) -> {
          if (assign(bounds, from, to) || all) {
            means.addUp(stripe, from, to, clusters);
          }
        });
  }

  /** Whether any row of some changed its cluster. */
  private boolean assign(CentroidBounds bounds, int from, int to) {
    boolean changed = false;
    for (int i = from; i < to; i++) {
      int own = clusters[i];
      upper[i] += moves[own];
      lower[i] -= bounds.largestMoveBut(own);
      double enough = SLACK * Math.max(lower[i], bounds.halfGap(own));
      if (upper[i] < enough) {
        continue;
      }
      upper[i] = Math.sqrt(squaredDistance(i, own));
      if (upper[i] < enough) {
        continue;
      }
      findNearest(i);
      changed |= clusters[i] != own;
    }
    return changed;
  }

  /** Looks at all centroids; of equally near ones takes the first. */
  private void findNearest(int row) {
    double least = Double.POSITIVE_INFINITY;
    double second = Double.POSITIVE_INFINITY;
    double[] x = values;
    double[] m = centroids;
    int p = row * width;
    for (int first = 0; first < k; first += 4) {
      int c1 = Math.min(first + 1, k - 1);
      int c2 = Math.min(first + 2, k - 1);
      int c3 = Math.min(first + 3, k - 1);
      int m0 = first * width;
      int m1 = c1 * width;
      int m2 = c2 * width;
      int m3 = c3 * width;
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      // four at a time: the row is read once for four, and the sums do not wait for each other
      for (int i = 0; i < width; i++) {
        double value = x[p + i];
        double g0 = value - m[m0 + i];
        double g1 = value - m[m1 + i];
        double g2 = value - m[m2 + i];
        double g3 = value - m[m3 + i];
        s0 += g0 * g0;
        s1 += g1 * g1;
        s2 += g2 * g2;
        s3 += g3 * g3;
      }
      for (int c = first; c < Math.min(first + 4, k); c++) {
        double distance = c == first ? s0 : c == c1 ? s1 : c == c2 ? s2 : s3;
        if (distance < least) {
          second = least;
          least = distance;
          clusters[row] = c;
        } else if (distance < second) {
          second = distance;
        }
      }
    }
    upper[row] = Math.sqrt(least);
    lower[row] = Math.sqrt(second);
  }

  /** The sum of the squared moves. */
  private double moveToMeans() {
    double[] from = centroids;
    double[] to = means.means();
    double sum = 0;
    for (int c = 0; c < k; c++) {
      double squared = Euclidean.squared(from, c * width, to, c * width, width);
      moves[c] = Math.sqrt(squared);
      sum += squared;
    }
    centroids = to;
    return sum;
  }

  /** Gives every cluster without rows the row that lies farthest from its centroid. */
  private void fillEmptyClusters() throws TrainingException {
    int[] members = means.members();
    for (int cluster = 0; cluster < k; cluster++) {
      if (members[cluster] == 0) {
        int row = farthest(members);
        members[clusters[row]]--;
        members[cluster]++;
        clusters[row] = cluster;
        upper[row] = 0;
        lower[row] = 0;
        stripes.forEach((stripe, from, to) -> means.addUp(stripe, from, to, clusters));
      }
    }
  }

  private int farthest(int[] members) throws TrainingException {
    int farthest = 0;
    double most = 0;
    for (int i = 0; i < clusters.length; i++) {
      double distance = members[clusters[i]] > 1 ? squaredDistance(i, clusters[i]) : 0;
      if (distance > most) {
        most = distance;
        farthest = i;
      }
    }
    if (most == 0) {
      throw new TrainingException("fewer than " + k + " rows differ");
    }
    return farthest;
  }

  private double squaredDistance(int row, int centroid) {
    return Euclidean.squared(values, row * width, centroids, centroid * width, width);
  }
}
