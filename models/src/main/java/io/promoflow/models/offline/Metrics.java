package io.promoflow.models.offline;

import io.promoflow.models.CalinskiHarabasz;
import io.promoflow.models.ProbabilityQuality;
import io.promoflow.models.Scorer;
import io.promoflow.models.Silhouette;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Measures of answers, by name. */
final class Metrics {
  /** Silhouettes compare all pairs of rows. */
  static final int SILHOUETTE_ROWS = 3_000;

  private Metrics() {}

  /**
   * Of probabilities.
   *
   * @param rate of the label 1 among the rows that were learnt
   */
  static Map<String, Double> classification(double[] predicted, double[] labels, double rate) {
    var happened = new boolean[labels.length];
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      happened[i] = labels[i] == 1;
      right += (predicted[i] > 0.5) == happened[i] ? 1 : 0;
    }
    var quality = ProbabilityQuality.of(predicted, happened);
    var metrics = new LinkedHashMap<String, Double>();
    metrics.put("auc", quality.auc());
    metrics.put("logLoss", quality.logLoss());
    metrics.put("baselineLogLoss", ProbabilityQuality.baselineLogLoss(rate, happened));
    metrics.put("calibrationError", quality.calibrationError());
    metrics.put("accuracy", (double) right / labels.length);
    metrics.put("meanPredicted", quality.meanPredicted());
    metrics.put("observedRate", quality.observedRate());
    return metrics;
  }

  /**
   * Of numbers.
   *
   * @param mean of the labels that were learnt
   */
  static Map<String, Double> regression(double[] predicted, double[] labels, double mean) {
    double own = Arrays.stream(labels).average().orElse(Double.NaN);
    double squares = 0;
    double absolute = 0;
    double around = 0;
    double baseline = 0;
    for (int i = 0; i < labels.length; i++) {
      double gap = labels[i] - predicted[i];
      squares += gap * gap;
      absolute += Math.abs(gap);
      around += (labels[i] - own) * (labels[i] - own);
      baseline += (labels[i] - mean) * (labels[i] - mean);
    }
    var metrics = new LinkedHashMap<String, Double>();
    metrics.put("rmse", Math.sqrt(squares / labels.length));
    metrics.put("baselineRmse", Math.sqrt(baseline / labels.length));
    metrics.put("mae", absolute / labels.length);
    metrics.put("r2", 1 - squares / around);
    return metrics;
  }

  /** Of clusters; rows in none (-1) are counted and left out. */
  static Map<String, Double> clustering(double[][] vectors, int[] labels, long seed) {
    int[] kept = IntStream.range(0, labels.length).filter(i -> labels[i] >= 0).toArray();
    double[][] rows = Arrays.stream(kept).mapToObj(i -> vectors[i]).toArray(double[][]::new);
    int[] own = Arrays.stream(kept).map(i -> labels[i]).toArray();
    var metrics = new LinkedHashMap<String, Double>();
    metrics.put("clusters", (double) Arrays.stream(own).distinct().count());
    metrics.put("inNone", (double) labels.length - kept.length);
    if (kept.length > 0) {
      metrics.put("silhouette", Silhouette.sampled(rows, own, SILHOUETTE_ROWS, seed));
      metrics.put("calinskiHarabasz", CalinskiHarabasz.of(rows, own));
      metrics.put("inertia", inertia(rows, own));
    }
    return metrics;
  }

  /** Sum of squared distances to the means of the clusters. */
  private static double inertia(double[][] rows, int[] labels) {
    double sum = 0;
    for (int cluster : Arrays.stream(labels).distinct().toArray()) {
      double[][] members =
          IntStream.range(0, rows.length)
              .filter(i -> labels[i] == cluster)
              .mapToObj(i -> rows[i])
              .toArray(double[][]::new);
      double[] mean = mean(members);
      sum += Arrays.stream(members).mapToDouble(row -> Scorer.squaredDistance(row, mean)).sum();
    }
    return sum;
  }

  static double[] mean(double[][] rows) {
    return IntStream.range(0, rows[0].length)
        .mapToDouble(c -> Arrays.stream(rows).mapToDouble(row -> row[c]).average().orElseThrow())
        .toArray();
  }

  /** The mean of each measure over those in which it is a number. */
  static Map<String, Double> mean(List<Map<String, Double>> all) {
    var means = new LinkedHashMap<String, Double>();
    for (String name : all.get(0).keySet()) {
      all.stream()
          .mapToDouble(one -> one.get(name))
          .filter(Double::isFinite)
          .average()
          .ifPresent(mean -> means.put(name, mean));
    }
    return means;
  }
}
