package io.promoflow.models;

import io.promoflow.ingestion.schema.DecisionTree;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Small well-formed models to score with and to spoil. */
public final class Models {
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

  public static ModelVersion propensity() {
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

  /** The features of {@link #propensity()} by trees over its four elements. */
  public static ModelVersion forest(DecisionTree... trees) {
    ModelVersion like = propensity();
    return new ModelVersion(
        like.name(),
        like.version(),
        ModelKind.FOREST,
        like.trainer(),
        like.windowStart(),
        like.windowEnd(),
        like.features(),
        like.imputed(),
        like.oneHots(),
        like.means(),
        like.scales(),
        null,
        null,
        null,
        0,
        like.examples(),
        like.metrics(),
        List.of(trees),
        null,
        null);
  }

  /** The same arithmetic as {@link #propensity()}, without the logistic function. */
  public static ModelVersion linear() {
    ModelVersion like = propensity();
    return new ModelVersion(
        like.name(),
        like.version(),
        ModelKind.LINEAR,
        like.trainer(),
        like.windowStart(),
        like.windowEnd(),
        like.features(),
        like.imputed(),
        like.oneHots(),
        like.means(),
        like.scales(),
        null,
        null,
        like.coefficients(),
        like.intercept(),
        like.examples(),
        like.metrics());
  }
}
