package io.promoflow.models.trainer;

import java.util.Arrays;

/**
 * What the triangle inequality needs to know of the centroids.
 *
 * @param halfGaps per centroid, half the distance to the one nearest to it
 * @param farthestMover the centroid that moved most
 * @param largestMove how far it did
 * @param secondMove how far any other did at most
 */
record CentroidBounds(double[] halfGaps, int farthestMover, double largestMove, double secondMove) {

  /** Of centroids one behind the other. */
  static CentroidBounds of(double[] centroids, double[] moves) {
    int k = moves.length;
    int width = centroids.length / k;
    var halfGaps = new double[k];
    Arrays.fill(halfGaps, Double.POSITIVE_INFINITY);
    int farthest = 0;
    double second = 0;
    for (int c = 0; c < k; c++) {
      for (int other = 0; other < c; other++) {
        double half =
            Math.sqrt(Euclidean.squared(centroids, c * width, centroids, other * width, width)) / 2;
        halfGaps[c] = Math.min(halfGaps[c], half);
        halfGaps[other] = Math.min(halfGaps[other], half);
      }
      if (c > 0) {
        second = Math.max(second, Math.min(moves[c], moves[farthest]));
        farthest = moves[c] > moves[farthest] ? c : farthest;
      }
    }
    return new CentroidBounds(halfGaps, farthest, moves[farthest], second);
  }

  double halfGap(int centroid) {
    return halfGaps[centroid];
  }

  /** How far any other centroid moved at most. */
  double largestMoveBut(int centroid) {
    return centroid == farthestMover ? secondMove : largestMove;
  }
}
