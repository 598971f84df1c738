package io.promoflow.models.trainer;

/** Half the squared distance of the predictor from the label. */
final class SquaredLoss implements RowLoss {

  @Override
  public double of(
      double[] predictors,
      double[] labels,
      double[] weights,
      double[] curvatures,
      int from,
      int to) {
    double loss = 0;
    for (int i = from; i < to; i++) {
      double gap = labels[i] - predictors[i];
      loss += weights[i] * gap * gap / 2;
      predictors[i] = weights[i] * gap;
      curvatures[i] = weights[i];
    }
    return loss;
  }
}
