package io.promoflow.models.trainer;

import java.util.Optional;

/**
 * A weighted sum of a row, as it is or as log-odds.
 *
 * @param logistic whether the sum is the log-odds of the label 1
 */
public record LinearModel(double[] coefficients, double intercept, boolean logistic)
    implements Learned {

  @Override
  public double[] predict(Matrix rows) {
    var answers = new double[rows.rows()];
    for (int i = 0; i < answers.length; i++) {
      double sum = intercept;
      for (int c = 0; c < coefficients.length; c++) {
        sum += coefficients[c] * rows.at(i, c);
      }
      answers[i] = logistic ? Logistic.of(sum) : sum;
    }
    return answers;
  }

  @Override
  public Optional<Parameters> parameters() {
    return Optional.of(
        logistic
            ? Parameters.logistic(coefficients, intercept)
            : Parameters.linear(coefficients, intercept));
  }
}
