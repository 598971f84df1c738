package io.promoflow.models.flink;

import io.promoflow.models.trainer.Curvature;
import io.promoflow.models.trainer.LinearModel;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Standardisation;
import io.promoflow.models.trainer.Task;
import java.util.Arrays;
import org.apache.flink.ml.api.Model;
import org.apache.flink.ml.api.Stage;
import org.apache.flink.ml.regression.linearregression.LinearRegression;
import org.apache.flink.ml.regression.linearregression.LinearRegressionModel;

/** Flink ML's linear regression. Labels are standardised for it, as columns are. */
public final class FlinkMlLinearRegression extends FlinkMlLinearTrainer {
  @Override
  public String name() {
    return "flink-ml-linear-regression";
  }

  @Override
  public Task task() {
    return Task.REGRESSION;
  }

  @Override
  public String meaning() {
    return "Flink ML's linear regression, by gradient descent.";
  }

  @Override
  Stage<?> estimator(Descent descent) {
    return descent.set(new LinearRegression());
  }

  @Override
  Class<? extends Model<?>> fittedType() {
    return LinearRegressionModel.class;
  }

  @Override
  double bend() {
    return Curvature.SQUARES;
  }

  @Override
  protected PipelinePlan plan(Request request) {
    Sample sample = request.sample();
    Standardisation space = labelSpace(sample);
    double mean = space.means()[0];
    double scale = space.scales()[0];
    double[] labels = Arrays.stream(sample.labels()).map(y -> (y - mean) / scale).toArray();
    PipelinePlan plan =
        super.plan(
            new Request(
                new Sample(sample.rows(), labels, sample.weights()),
                request.settings(),
                request.seed(),
                request.from()));
    return plan.reading(fitted -> inLabels((LinearModel) plan.reading().read(fitted), mean, scale));
  }

  private static Standardisation labelSpace(Sample sample) {
    return Standardisation.of(new Matrix(sample.size(), 1, sample.labels()), sample.weights());
  }

  private static LinearModel inLabels(LinearModel model, double mean, double scale) {
    return new LinearModel(
        Arrays.stream(model.coefficients()).map(c -> c * scale).toArray(),
        model.intercept() * scale + mean,
        false);
  }

  @Override
  LinearModel model(double[] coefficients, double intercept, Sample standardised) {
    return new LinearModel(coefficients, intercept, false);
  }
}
