package io.promoflow.models.trainer;

/** How far a linear predictor is off the label of a row. */
interface RowLoss {

  /**
   * The weighted loss of the rows {@code from} to {@code to}.
   *
   * @param predictors per row; overwritten by minus the first derivative of its weighted loss
   * @param curvatures per row; overwritten by the second
   */
  double of(
      double[] predictors,
      double[] labels,
      double[] weights,
      double[] curvatures,
      int from,
      int to);
}
