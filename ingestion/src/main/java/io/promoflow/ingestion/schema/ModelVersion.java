package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A trained model with all that is needed to score with it: its card, its input pipeline and its
 * parameters.
 *
 * <p>The input vector is the numeric features in the order of {@code features}, each {@code (value
 * or imputed - mean) / scale}, followed by one 0/1 element per {@link OneHot} value, standardised
 * likewise. {@code means} and {@code scales} cover the whole vector.
 *
 * @param name which model, e.g. {@code segments}, {@code propensity}
 * @param version name and window end, e.g. {@code propensity@2026-01-07T00:00:00Z}: training the
 *     same window again gives the same version
 * @param kind how to score
 * @param trainer which trainer made it
 * @param windowStart start of the training window, exclusive
 * @param windowEnd end of the training window, inclusive, on the event-time clock
 * @param features numeric features, in order
 * @param imputed the value that stands for a missing one, per numeric feature, in order
 * @param oneHots categorical features, in order
 * @param means subtracted per vector element
 * @param scales divided by per vector element, never 0
 * @param centroids KMEANS: one standardised centroid per segment; null otherwise
 * @param segments KMEANS: segment id per centroid; null otherwise
 * @param coefficients LOGISTIC and LINEAR: one per vector element; null otherwise
 * @param intercept LOGISTIC and LINEAR; 0 otherwise
 * @param examples rows it was fitted on
 * @param metrics quality on the held-out newest part, by name (auc, logLoss, silhouette ...)
 * @param trees FOREST: their mean is the score; null otherwise
 * @param calibration what turns the score into a probability; null when it is one already
 * @param titles KMEANS: what a segment is like, in words, per centroid; null otherwise
 */
public record ModelVersion(
    String name,
    String version,
    ModelKind kind,
    String trainer,
    Instant windowStart,
    Instant windowEnd,
    List<String> features,
    double[] imputed,
    List<OneHot> oneHots,
    double[] means,
    double[] scales,
    double[][] centroids,
    List<String> segments,
    double[] coefficients,
    double intercept,
    long examples,
    Map<String, Double> metrics,
    List<DecisionTree> trees,
    Calibration calibration,
    List<String> titles) {

  /** A model without trees, calibration and titles. */
  public ModelVersion(
      String name,
      String version,
      ModelKind kind,
      String trainer,
      Instant windowStart,
      Instant windowEnd,
      List<String> features,
      double[] imputed,
      List<OneHot> oneHots,
      double[] means,
      double[] scales,
      double[][] centroids,
      List<String> segments,
      double[] coefficients,
      double intercept,
      long examples,
      Map<String, Double> metrics) {
    this(
        name,
        version,
        kind,
        trainer,
        windowStart,
        windowEnd,
        features,
        imputed,
        oneHots,
        means,
        scales,
        centroids,
        segments,
        coefficients,
        intercept,
        examples,
        metrics,
        null,
        null,
        null);
  }

  /** One categorical feature and the values that have an element of their own. */
  public record OneHot(String feature, List<String> values) {}
}
