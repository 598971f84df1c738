package io.promoflow.models.training;

import io.promoflow.models.training.FitPlan.Imputation;
import java.io.Serializable;
import java.util.List;

/**
 * What a training does with its window; see {@link io.promoflow.models.ModelOptions}.
 *
 * @param holdoutShare share of rows, the newest, on which models are judged
 * @param embargo whether outcomes that the held-out part sees are kept out of the fit
 * @param minimumRows least rows to fit on
 * @param tolerance by how much a challenger may be worse
 * @param seed of all that is random
 * @param imputation of missing numbers
 * @param nearlyConstant largest share of rows with one value
 * @param silhouetteRows rows on which silhouettes are computed
 */
public record TrainingRules(
    double holdoutShare,
    boolean embargo,
    int minimumRows,
    double tolerance,
    int seed,
    Imputation imputation,
    double nearlyConstant,
    int silhouetteRows,
    Segments segments,
    Propensity propensity)
    implements Serializable {

  /**
   * Rules of the segmentation.
   *
   * @param features names or patterns
   * @param ks numbers of segments to try
   * @param starts per number
   * @param iterations per try
   * @param minimumShare of rows in the smallest segment
   * @param reach within which a segment keeps its id
   */
  public record Segments(
      List<String> features,
      List<Integer> ks,
      int starts,
      int iterations,
      double minimumShare,
      double reach)
      implements Serializable {}

  /**
   * Rules of the propensity.
   *
   * @param features names or patterns
   * @param categories names or patterns
   * @param maxCategories values with an element of their own
   * @param learningRate 0: derived
   * @param iterations gradient steps
   * @param batchSize 0: all rows
   * @param l2 quadratic penalty
   */
  public record Propensity(
      List<String> features,
      List<String> categories,
      int maxCategories,
      double learningRate,
      int iterations,
      int batchSize,
      double l2)
      implements Serializable {}

  int minimumHeldOut() {
    return Math.max(1, minimumRows / 4);
  }
}
