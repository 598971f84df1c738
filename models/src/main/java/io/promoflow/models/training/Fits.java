package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import java.util.List;
import java.util.Optional;

/** What a {@link ModelFitter} found, unguarded: any number in it may be NaN. */
public record Fits(Optional<Segmentations> segments, Optional<Logistic> propensity) {

  /**
   * How rows become vectors, as fitted: see {@link io.promoflow.ingestion.schema.ModelVersion}.
   *
   * @param imputed per numeric feature
   * @param oneHots categorical features with the values that have an element
   * @param means per vector element
   * @param scales per vector element
   */
  public record Input(double[] imputed, List<OneHot> oneHots, double[] means, double[] scales) {}

  /** One try at a segmentation: standardised centroids, in the order they came. */
  public record Centroids(int k, long seed, double[][] centroids) {}

  /** All tries on the same input. */
  public record Segmentations(Input input, List<Centroids> tries) {}

  /** Coefficients per vector element, and the intercept. */
  public record Logistic(Input input, double[] coefficients, double intercept) {}
}
