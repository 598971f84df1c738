package io.promoflow.deploy.shop.oracle;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The final tables, as the oracle reads them.
 *
 * @param counts {@code ingestion.intake_counts} by outcome and reason
 * @param features {@code features.shopper_features}
 * @param examples {@code models.training_examples}
 * @param decisions {@code serving.decisions}
 * @param results {@code evaluation.experiment_results} and {@code evaluation.segment_results}
 * @param lateEvents rows of {@code features.late_events}
 */
public record FinalTables(
    List<Count> counts,
    List<Features> features,
    List<Example> examples,
    List<Decided> decisions,
    List<Result> results,
    long lateEvents) {

  /** So many raw events had this outcome; the reason is empty unless rejected. */
  public record Count(String outcome, String reason, long events) {}

  /** A row of features. */
  public record Features(
      String shopper, Instant asOf, Map<String, Double> values, Map<String, String> categories) {}

  /** A training example. */
  public record Example(String shopper, Instant at, Instant labelledAt, boolean ordered) {}

  /** A decision; segment, experiment, variant and promotion may be null. */
  public record Decided(
      String decisionId,
      String requestId,
      String trigger,
      String shopper,
      Instant at,
      long cartCents,
      String segment,
      String experiment,
      String variant,
      String promotion,
      long ruleVersion) {}

  /** An estimate; means and variances are null when undefined. */
  public record Result(
      String experiment,
      String variant,
      String metric,
      String segment,
      long units,
      long controlUnits,
      Double mean,
      Double controlMean,
      Double variance,
      Double controlVariance) {
    String key() {
      return experiment + " " + variant + " " + metric + " " + segment;
    }
  }
}
