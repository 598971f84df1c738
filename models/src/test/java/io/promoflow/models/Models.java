package io.promoflow.models;

import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Small well-formed models to score with and to spoil. */
final class Models {
  private static final Instant END = Instant.parse("2026-01-07T00:00:00Z");

  private Models() {}

  /** Two numbers and tea or cups; standardised with means and scales that are easy to check. */
  static ModelVersion propensity(double[] coefficients, double intercept, double[] scales) {
    return new ModelVersion(
        "propensity",
        "propensity@" + END,
        ModelKind.LOGISTIC,
        "hand",
        END.minusSeconds(1),
        END,
        List.of("views_7d", "spend_cents_7d"),
        new double[] {4, 1_000},
        List.of(new OneHot("preferred_category_7d", List.of("cups", "tea"))),
        new double[] {2, 500, 0.25, 0.5},
        scales,
        null,
        null,
        coefficients,
        intercept,
        100,
        Map.of("auc", 0.7));
  }

  static ModelVersion propensity() {
    return propensity(new double[] {0.5, -1, 2, 0.25}, -1, new double[] {2, 250, 0.5, 0.5});
  }

  static ModelVersion segments(
      double[] means, double[] scales, double[][] centroids, List<String> ids) {
    return new ModelVersion(
        "segments",
        "segments@" + END,
        ModelKind.KMEANS,
        "hand",
        END.minusSeconds(1),
        END,
        List.of("views_7d", "spend_cents_7d"),
        new double[] {4, 1_000},
        List.of(),
        means,
        scales,
        centroids,
        ids,
        null,
        0,
        100,
        Map.of());
  }

  static ModelVersion segments() {
    return segments(
        new double[] {2, 500},
        new double[] {2, 250},
        new double[][] {{0, 0}, {3, 3}},
        List.of("s1", "s2"));
  }
}
