package io.promoflow.serving.scoring;

import io.promoflow.ingestion.schema.Decision.Contribution;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.Scorer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks the published models about a shopper. What it takes to score with a model is prepared once
 * per published version, not per question. Probabilities are told to billionths, contributions to
 * millionths. May be asked from many threads.
 */
public final class ModelScores {
  public static final String SEGMENTS = PreparedModels.SEGMENTS;
  public static final String PROPENSITY = PreparedModels.PROPENSITY;

  private static final double MILLION = 1e6;
  private static final double BILLION = 1e9;

  private final int contributions;
  private volatile PreparedModels prepared = PreparedModels.of(Map.of());

  /**
   * Knows no model yet.
   *
   * @param contributions most of them that are listed
   */
  public ModelScores(int contributions) {
    this.contributions = contributions;
  }

  /** Asks the models that there are; one that must not be served is left out. */
  public Scores of(FeatureRow row, Map<String, ModelVersion> models) {
    if (row == null) {
      return Scores.UNKNOWN;
    }
    PreparedModels ready = prepared;
    if (!ready.areOf(models)) {
      ready = PreparedModels.of(models);
      prepared = ready;
    }
    return of(row, ready);
  }

  private Scores of(FeatureRow row, PreparedModels ready) {
    Scorer segments = ready.segments();
    Scorer orders = ready.propensity();
    double[] vector = orders == null ? null : orders.vector(row);
    double[] forSegments =
        segments == null ? null : ready.sharesInput() ? vector : segments.vector(row);
    return new Scores(
        segments == null ? null : segments.segment(forSegments),
        orders == null ? null : rounded(orders.probability(vector), BILLION),
        orders == null ? List.of() : largest(orders, vector),
        ready.versions(),
        responses(row, ready));
  }

  private static Map<String, Double> responses(FeatureRow row, PreparedModels ready) {
    if (ready.responses().kinds().isEmpty()) {
      return Map.of();
    }
    var responses = new TreeMap<String, Double>();
    for (String kind : ready.responses().kinds()) {
      ready
          .responses()
          .response(kind, row.values(), row.categories())
          .ifPresent(probability -> responses.put(kind, probability));
    }
    return responses;
  }

  private List<Contribution> largest(Scorer orders, double[] vector) {
    if (contributions == 0) {
      return List.of();
    }
    List<Contribution> largest = orders.largest(vector, contributions);
    largest.replaceAll(one -> new Contribution(one.feature(), rounded(one.added(), MILLION)));
    return largest;
  }

  private static double rounded(double number, double parts) {
    return Math.rint(number * parts) / parts + 0.0; // -0.0 becomes 0.0
  }
}
