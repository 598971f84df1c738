package io.promoflow.models.trainer;

/** Minus the logarithm of the probability that the predictor, a log-odds, gives to the label. */
final class LogLoss implements RowLoss {

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
      double predictor = predictors[i];
      double weight = weights[i];
      double e = Math.exp(-Math.abs(predictor));
      double larger = 1 / (1 + e);
      double smaller = e * larger;
      // not log1p: it is not compiled to machine code, and what it would add is below the sum's ulp
      loss +=
          weight
              * (Math.log(1 + e) + (Math.abs(predictor) + predictor) / 2 - labels[i] * predictor);
      predictors[i] = weight * (labels[i] - 0.5 - Math.copySign((larger - smaller) / 2, predictor));
      curvatures[i] = weight * larger * smaller;
    }
    return loss;
  }
}
