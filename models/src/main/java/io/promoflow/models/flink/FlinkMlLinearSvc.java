package io.promoflow.models.flink;

import io.promoflow.models.trainer.Curvature;
import io.promoflow.models.trainer.LinearModel;
import io.promoflow.models.trainer.Platt;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Task;
import java.util.Arrays;
import org.apache.flink.ml.api.Model;
import org.apache.flink.ml.api.Stage;
import org.apache.flink.ml.classification.linearsvc.LinearSVC;
import org.apache.flink.ml.classification.linearsvc.LinearSVCModel;

/**
 * Flink ML's linear support vector classifier. Its decision value is no probability; {@link Platt}
 * makes one of it, on the same rows.
 */
public final class FlinkMlLinearSvc extends FlinkMlLinearTrainer {
  @Override
  public String name() {
    return "flink-ml-linear-svc";
  }

  @Override
  public Task task() {
    return Task.CLASSIFICATION;
  }

  @Override
  public String meaning() {
    return "Flink ML's linear support vector classifier, its decision made a probability by Platt.";
  }

  @Override
  Stage<?> estimator(Descent descent) {
    return descent.set(new LinearSVC());
  }

  @Override
  Class<? extends Model<?>> fittedType() {
    return LinearSVCModel.class;
  }

  /** The hinge has a kink instead of a bend; steps as for squares end within a step of the best. */
  @Override
  double bend() {
    return Curvature.SQUARES;
  }

  @Override
  LinearModel model(double[] coefficients, double intercept, Sample standardised) {
    var decision = new LinearModel(coefficients, intercept, false);
    Platt platt =
        Platt.fit(
            decision.predict(standardised.rows()), standardised.labels(), standardised.weights());
    return new LinearModel(
        Arrays.stream(coefficients).map(c -> c * platt.slope()).toArray(),
        platt.slope() * intercept + platt.offset(),
        true);
  }
}
