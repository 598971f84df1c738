package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.explain.Importance;
import java.util.List;
import java.util.Map;

/**
 * What a version goes by: a row of {@code models.feature_importance}.
 *
 * @param importance mean absolute contribution
 * @param share of the sum over all features
 */
record FeatureImportance(String version, String feature, double importance, double share) {

  /** Of every feature, on these rows. */
  static List<FeatureImportance> of(ModelVersion model, List<TrainingExample> rows) {
    var importance = Importance.of(model, rows);
    Map<String, Double> shares = importance.shares();
    return importance.means().entrySet().stream()
        .map(
            mean ->
                new FeatureImportance(
                    model.version(), mean.getKey(), mean.getValue(), shares.get(mean.getKey())))
        .toList();
  }
}
