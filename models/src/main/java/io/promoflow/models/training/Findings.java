package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.Scorer;
import java.util.List;
import java.util.Optional;

/** Says of a window's models what people want to know: who is in which segment, what they go by. */
final class Findings {
  private Findings() {}

  static WindowRecord of(TrainingWindow window, List<TrainingResult> results, Champions champions) {
    Optional<ModelVersion> inForce =
        named(results, SegmentTraining.NAME)
            .filter(TrainingResult::published)
            .flatMap(TrainingResult::model)
            .or(champions::segments);
    return new WindowRecord(
        results,
        inForce.map(model -> shoppers(model, window)).orElse(List.of()),
        usable(results, SegmentTraining.NAME)
            .map(model -> SegmentProfile.of(model, window.fitted()))
            .orElse(List.of()),
        usable(results, PropensityTraining.NAME)
            .map(model -> FeatureImportance.of(model, window.heldOut()))
            .orElse(List.of()));
  }

  private static Optional<TrainingResult> named(List<TrainingResult> results, String name) {
    return results.stream().filter(result -> result.name().equals(name)).findFirst();
  }

  /** Published, or in shadow, where people look at it before they promote it. */
  private static Optional<ModelVersion> usable(List<TrainingResult> results, String name) {
    return named(results, name)
        .filter(result -> result.published() || result.shadow())
        .flatMap(TrainingResult::model);
  }

  /** Every shopper's newest example, by the segmentation that is in force after this window. */
  private static List<ShopperSegment> shoppers(ModelVersion inForce, TrainingWindow window) {
    Scorer scorer = Scorer.of(inForce);
    return window.newestOfShopper().values().stream()
        .map(row -> shopper(row, scorer, inForce.version()))
        .toList();
  }

  private static ShopperSegment shopper(TrainingExample row, Scorer scorer, String version) {
    return new ShopperSegment(
        row.shopperId(), scorer.segment(row.values(), row.categories()), version, row.at());
  }
}
