package io.promoflow.models.trainer;

import io.promoflow.ingestion.schema.Calibration;
import java.util.Arrays;

/**
 * A score turned into a probability: {@code 1 / (1 + exp(-(slope * score + offset)))} (Platt 1999).
 */
public record Platt(double slope, double offset) {

  public double probability(double score) {
    return Logistic.of(slope * score + offset);
  }

  /** For a published model whose log-odds are the scores that this was fitted on. */
  public Calibration calibration() {
    return new Calibration(slope, offset, null, null);
  }

  /** Every row counts once. */
  public static Platt fit(double[] scores, double[] labels) {
    var weights = new double[scores.length];
    Arrays.fill(weights, 1);
    return fit(scores, labels, weights);
  }

  /**
   * From the scores of rows with labels 0 or 1. Labels are drawn a little towards each other, as
   * Platt does, so that scores that separate them perfectly give no infinite slope.
   */
  public static Platt fit(double[] scores, double[] labels, double[] weights) {
    Moments moments = Moments.of(scores, weights);
    double scale = moments.deviation() > 0 ? moments.deviation() : 1;
    double[] standard =
        Arrays.stream(scores).map(score -> (score - moments.mean()) / scale).toArray();
    Platt fitted = new PlattDescent(standard, targets(labels, weights), weights).run();
    double slope = fitted.slope / scale;
    return new Platt(slope, fitted.offset - slope * moments.mean());
  }

  private static double[] targets(double[] labels, double[] weights) {
    double positives = 0;
    double all = 0;
    for (int i = 0; i < labels.length; i++) {
      positives += labels[i] * weights[i];
      all += weights[i];
    }
    double high = (positives + 1) / (positives + 2);
    double low = 1 / (all - positives + 2);
    return Arrays.stream(labels).map(label -> label == 1 ? high : low).toArray();
  }
}
