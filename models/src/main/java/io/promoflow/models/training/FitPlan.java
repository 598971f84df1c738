package io.promoflow.models.training;

import io.promoflow.ingestion.schema.TrainingExample;
import java.util.List;
import java.util.Optional;

/**
 * What is to be fitted on one window's older part.
 *
 * @param rows sorted by moment and shopper, so that the same examples give the same fit
 * @param imputation how missing numbers are filled
 * @param segments the segmentation; empty when it is not to be fitted
 * @param propensity the propensity; empty when it is not to be fitted
 */
public record FitPlan(
    List<TrainingExample> rows,
    Imputation imputation,
    Optional<Segments> segments,
    Optional<Propensity> propensity) {

  /** What stands for a missing number. */
  public enum Imputation {
    MEAN,
    MEDIAN
  }

  /**
   * A segmentation, tried with several numbers of segments and several starts.
   *
   * @param features numeric features that differ between rows
   * @param ks numbers of segments to try
   * @param seeds starts to try for each
   * @param iterations of every try
   */
  public record Segments(
      List<String> features, List<Integer> ks, List<Long> seeds, int iterations) {}

  /**
   * A logistic regression of "ordered".
   *
   * @param features numeric features that differ between rows
   * @param categories categorical features with at least two values
   * @param maxCategories values of a categorical feature that get an element of their own
   * @param learningRate of gradient descent, in units of the standardised features
   * @param constant the added feature whose coefficient times it is the intercept; as large as the
   *     steepest direction, so that the intercept is not the last to converge
   * @param iterations gradient steps
   * @param batchSize rows per gradient step
   * @param l2 strength of the quadratic penalty
   */
  public record Propensity(
      List<String> features,
      List<String> categories,
      int maxCategories,
      double learningRate,
      double constant,
      int iterations,
      int batchSize,
      double l2) {}
}
