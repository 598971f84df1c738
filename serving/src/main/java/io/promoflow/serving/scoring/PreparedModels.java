package io.promoflow.serving.scoring;

import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.ModelGuard;
import io.promoflow.models.Scorer;
import io.promoflow.models.UpliftScorer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Published models, checked and ready to score with.
 *
 * @param source what they were made from
 * @param segments null without one that may be served
 * @param propensity null without one that may be served
 * @param responses by kind of promotion; knows none without those models
 * @param versions of those above: name to version
 * @param sharesInput whether both models make the same vector of a row
 */
record PreparedModels(
    Map<String, ModelVersion> source,
    Scorer segments,
    Scorer propensity,
    UpliftScorer responses,
    Map<String, String> versions,
    boolean sharesInput) {
  static final String SEGMENTS = "segments";
  static final String PROPENSITY = "propensity";

  static PreparedModels of(Map<String, ModelVersion> models) {
    var versions = new TreeMap<String, String>();
    Scorer segments = scorer(models.get(SEGMENTS), versions, ModelKind.KMEANS);
    Scorer propensity =
        scorer(models.get(PROPENSITY), versions, ModelKind.LOGISTIC, ModelKind.FOREST);
    UpliftScorer responses = UpliftScorer.of(models);
    responses
        .kinds()
        .forEach(
            kind -> {
              String name = UpliftScorer.name(kind);
              versions.put(name, models.get(name).version());
            });
    return new PreparedModels(
        Map.copyOf(models),
        segments,
        propensity,
        responses,
        Map.copyOf(versions),
        segments != null && propensity != null && segments.hasInputOf(propensity));
  }

  private static Scorer scorer(
      ModelVersion model, Map<String, String> versions, ModelKind... kinds) {
    if (model == null
        || !List.of(kinds).contains(model.kind())
        || ModelGuard.refusal(model).isPresent()) {
      return null;
    }
    versions.put(model.name(), model.version());
    return Scorer.of(model);
  }

  /** Whether they were made from these very records; a version that came again is another. */
  @SuppressWarnings("ReferenceEquality") // comparing forests by value would cost more than scoring
  boolean areOf(Map<String, ModelVersion> models) {
    return models == source
        || (models.size() == source.size()
            && models.entrySet().stream().allMatch(e -> source.get(e.getKey()) == e.getValue()));
  }
}
