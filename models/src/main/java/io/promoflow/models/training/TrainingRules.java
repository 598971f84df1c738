package io.promoflow.models.training;

import io.promoflow.models.trainer.Imputation;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

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
 * @param warmStart whether fits start from the champion
 * @param settings of trainers: trainer, then knob, then value
 * @param minimumPerArm least rows to fit the response to a kind of promotion on
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
    boolean warmStart,
    Map<String, Map<String, Double>> settings,
    Segments segments,
    Propensity propensity,
    int minimumPerArm)
    implements Serializable {

  /** How scores become probabilities that are right on average. */
  public enum Calibrating {
    NONE,
    PLATT,
    ISOTONIC
  }

  /**
   * Rules of the segmentation.
   *
   * @param features names or patterns
   * @param trainers that compete
   * @param ks numbers of segments to try
   * @param starts per number
   * @param minimumShare of rows in the smallest segment
   * @param reach within which a segment keeps its id
   */
  public record Segments(
      List<String> features,
      List<String> trainers,
      List<Integer> ks,
      int starts,
      double minimumShare,
      double reach)
      implements Serializable {}

  /**
   * Rules of the propensity.
   *
   * @param features names or patterns
   * @param categories names or patterns
   * @param maxCategories values with an element of their own
   * @param trainers that compete
   * @param balance whether both outcomes weigh the same in the fit
   * @param calibration from scores to probabilities
   * @param calibrationShare of the fitted rows, the newest, that the calibration is fitted on
   */
  public record Propensity(
      List<String> features,
      List<String> categories,
      int maxCategories,
      List<String> trainers,
      boolean balance,
      Calibrating calibration,
      double calibrationShare)
      implements Serializable {}

  int minimumHeldOut() {
    return Math.max(1, minimumRows / 4);
  }
}
