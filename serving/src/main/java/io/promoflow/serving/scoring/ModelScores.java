package io.promoflow.serving.scoring;

import io.promoflow.ingestion.schema.Decision.Contribution;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.ModelGuard;
import io.promoflow.models.Scorer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks the published models about a shopper. */
public final class ModelScores {
  public static final String SEGMENTS = "segments";
  public static final String PROPENSITY = "propensity";

  private ModelScores() {}

  /** Asks the models that there are; one that must not be served is left out. */
  public static Scores of(FeatureRow row, Map<String, ModelVersion> models, int contributions) {
    if (row == null) {
      return Scores.UNKNOWN;
    }
    var versions = new TreeMap<String, String>();
    String segment = null;
    Double propensity = null;
    List<Contribution> largest = List.of();
    ModelVersion segments = models.get(SEGMENTS);
    if (servable(segments, ModelKind.KMEANS)) {
      segment = Scorer.of(segments).segment(row);
      versions.put(SEGMENTS, segments.version());
    }
    ModelVersion orders = models.get(PROPENSITY);
    if (servable(orders, ModelKind.LOGISTIC, ModelKind.FOREST)) {
      Scorer scorer = Scorer.of(orders);
      propensity = scorer.probability(row);
      largest = largest(scorer.contributions(row.values(), row.categories()), contributions);
      versions.put(PROPENSITY, orders.version());
    }
    return new Scores(segment, propensity, largest, versions);
  }

  private static boolean servable(ModelVersion model, ModelKind... kinds) {
    return model != null
        && List.of(kinds).contains(model.kind())
        && ModelGuard.refusal(model).isEmpty();
  }

  private static List<Contribution> largest(Map<String, Double> all, int most) {
    return all.entrySet().stream()
        .filter(entry -> entry.getValue() != 0)
        .map(entry -> new Contribution(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparingDouble((Contribution c) -> -Math.abs(c.added()))
                .thenComparing(Contribution::feature))
        .limit(most)
        .toList();
  }
}
