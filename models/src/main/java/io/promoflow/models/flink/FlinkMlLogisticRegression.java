package io.promoflow.models.flink;

import io.promoflow.models.trainer.Curvature;
import io.promoflow.models.trainer.LinearModel;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Task;
import org.apache.flink.ml.api.Model;
import org.apache.flink.ml.api.Stage;
import org.apache.flink.ml.classification.logisticregression.LogisticRegression;
import org.apache.flink.ml.classification.logisticregression.LogisticRegressionModel;

/** Flink ML's logistic regression. */
public final class FlinkMlLogisticRegression extends FlinkMlLinearTrainer {
  @Override
  public String name() {
    return "flink-ml-logistic-regression";
  }

  @Override
  public Task task() {
    return Task.CLASSIFICATION;
  }

  @Override
  public String meaning() {
    return "Flink ML's logistic regression, by gradient descent.";
  }

  @Override
  Stage<?> estimator(Descent descent) {
    return descent.set(new LogisticRegression());
  }

  @Override
  Class<? extends Model<?>> fittedType() {
    return LogisticRegressionModel.class;
  }

  @Override
  double bend() {
    return Curvature.LOGISTIC;
  }

  @Override
  LinearModel model(double[] coefficients, double intercept, Sample standardised) {
    return new LinearModel(coefficients, intercept, true);
  }
}
