package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.Scorer;
import java.util.List;
import java.util.TreeMap;

/**
 * What a version goes by: a row of {@code models.feature_importance}.
 *
 * @param importance mean absolute contribution
 * @param share of the sum over all features
 */
record FeatureImportance(String version, String feature, double importance, double share) {

  /** Of every feature, on these rows. */
  static List<FeatureImportance> of(ModelVersion model, List<TrainingExample> rows) {
    Scorer scorer = Scorer.of(model);
    var sums = new TreeMap<String, Double>();
    for (TrainingExample row : rows) {
      scorer
          .contributions(row.values(), row.categories())
          .forEach((feature, value) -> sums.merge(feature, Math.abs(value), Double::sum));
    }
    double all = sums.values().stream().mapToDouble(Double::doubleValue).sum();
    return sums.entrySet().stream()
        .map(
            sum ->
                new FeatureImportance(
                    model.version(),
                    sum.getKey(),
                    sum.getValue() / rows.size(),
                    all == 0 ? 0 : sum.getValue() / all))
        .toList();
  }
}
