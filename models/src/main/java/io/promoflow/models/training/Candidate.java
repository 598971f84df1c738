package io.promoflow.models.training;

import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A try at a segmentation that can be used, with what it is judged by.
 *
 * @param labels segment of every fitted row
 * @param inertia sum of squared distances to the centroids
 * @param silhouette of the fitted rows, or a sample of them
 * @param calinskiHarabasz of the fitted rows
 */
record Candidate(
    double[][] centroids,
    int[] labels,
    double inertia,
    double silhouette,
    double calinskiHarabasz) {

  /** Silhouettes of a sample that differ by less say nothing. */
  private static final double EQUALLY_SEPARATED = 0.01;

  int k() {
    return centroids.length;
  }

  /**
   * The number of segments with the largest silhouette; of those that are as good within the noise
   * of a sample, the one with the largest Calinski-Harabasz index.
   */
  static Candidate best(Map<Integer, Candidate> perK) {
    double largest = perK.values().stream().mapToDouble(Candidate::silhouette).max().orElseThrow();
    return perK.values().stream()
        .filter(c -> c.silhouette() >= largest - EQUALLY_SEPARATED)
        .max(
            Comparator.comparingDouble(Candidate::calinskiHarabasz)
                .thenComparing(Candidate::k, Comparator.reverseOrder()))
        .orElseThrow();
  }

  /** How the numbers of segments compare, for the model's card. */
  static Map<String, Double> comparison(NavigableMap<Integer, Candidate> perK) {
    var metrics = new TreeMap<String, Double>();
    perK.forEach(
        (k, c) -> {
          metrics.put("silhouetteFitted" + k, c.silhouette());
          metrics.put("calinskiHarabaszFitted" + k, c.calinskiHarabasz());
        });
    return metrics;
  }
}
