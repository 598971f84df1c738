package io.promoflow.models;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How good probabilities were, against what happened. Computed here, because Flink ML's {@code
 * BinaryClassificationEvaluator} gives a wrong weighted AUC.
 *
 * @param auc probability that a positive is ranked above a negative, ties count half (Mann and
 *     Whitney 1947; Hanley and McNeil 1982); NaN when one of them is missing
 * @param logLoss mean negative log likelihood, nats per row
 * @param calibrationError expected calibration error over ten bins of equal width, weighted by rows
 *     (Naeini, Cooper, Hauskrecht 2015)
 * @param meanPredicted mean probability
 * @param observedRate share of positives
 */
public record ProbabilityQuality(
    double auc,
    double logLoss,
    double calibrationError,
    double meanPredicted,
    double observedRate) {
  private static final int BINS = 10;
  private static final double LEAST_PROBABILITY = 1e-15;

  public static ProbabilityQuality of(double[] predicted, boolean[] happened) {
    return new ProbabilityQuality(
        auc(predicted, happened),
        logLoss(predicted, happened),
        calibrationError(predicted, happened),
        Arrays.stream(predicted).average().orElse(Double.NaN),
        rate(happened));
  }

  /** By name, as in a model card. */
  public Map<String, Double> metrics() {
    return new TreeMap<>(
        Map.of(
            "auc", auc,
            "logLoss", logLoss,
            "calibrationError", calibrationError,
            "meanPredicted", meanPredicted,
            "observedRate", observedRate));
  }

  /** Share of positives. */
  public static double rate(boolean[] happened) {
    return (double) positives(happened) / happened.length;
  }

  private static long positives(boolean[] happened) {
    return IntStream.range(0, happened.length).filter(i -> happened[i]).count();
  }

  /** Area under the ROC curve from mid-ranks. */
  public static double auc(double[] predicted, boolean[] happened) {
    long positives = positives(happened);
    long negatives = happened.length - positives;
    int[] order =
        IntStream.range(0, predicted.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> predicted[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double rankSum = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      long positivesHere = 0;
      while (to < order.length && predicted[order[to]] == predicted[order[from]]) {
        positivesHere += happened[order[to]] ? 1 : 0;
        to++;
      }
      rankSum += positivesHere * (from + 1 + to) / 2.0;
      from = to;
    }
    return (rankSum - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
  }

  /** Mean negative log likelihood; a probability of 0 or 1 counts as 1e-15 from it. */
  public static double logLoss(double[] predicted, boolean[] happened) {
    double sum = 0;
    for (int i = 0; i < predicted.length; i++) {
      double p = Math.min(Math.max(predicted[i], LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
      sum -= happened[i] ? Math.log(p) : Math.log1p(-p);
    }
    return sum / predicted.length;
  }

  /** Log loss of telling everybody the same probability. */
  public static double baselineLogLoss(double rate, boolean[] happened) {
    var same = new double[happened.length];
    Arrays.fill(same, rate);
    return logLoss(same, happened);
  }

  /** Mean distance between predicted and observed, bin by bin. */
  public static double calibrationError(double[] predicted, boolean[] happened) {
    var predictedSum = new double[BINS];
    var happenedSum = new long[BINS];
    for (int i = 0; i < predicted.length; i++) {
      int bin = Math.min(BINS - 1, (int) (predicted[i] * BINS));
      predictedSum[bin] += predicted[i];
      happenedSum[bin] += happened[i] ? 1 : 0;
    }
    double gap = 0;
    for (int bin = 0; bin < BINS; bin++) {
      gap += Math.abs(predictedSum[bin] - happenedSum[bin]);
    }
    return gap / predicted.length;
  }
}
