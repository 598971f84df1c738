package io.promoflow.models.flink;

import io.promoflow.models.trainer.Curvature;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.LinearModel;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Standardisation;
import io.promoflow.models.trainer.TrainingException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.flink.ml.api.Estimator;
import org.apache.flink.ml.api.Model;
import org.apache.flink.ml.api.Stage;
import org.apache.flink.ml.common.param.HasElasticNet;
import org.apache.flink.ml.common.param.HasFeaturesCol;
import org.apache.flink.ml.common.param.HasGlobalBatchSize;
import org.apache.flink.ml.common.param.HasLabelCol;
import org.apache.flink.ml.common.param.HasLearningRate;
import org.apache.flink.ml.common.param.HasMaxIter;
import org.apache.flink.ml.common.param.HasReg;
import org.apache.flink.ml.common.param.HasTol;
import org.apache.flink.ml.common.param.HasWeightCol;
import org.apache.flink.ml.linalg.DenseVector;

/**
 * A linear model that Flink ML fits by gradient descent with a fixed step and without an intercept.
 * Rows are standardised for it, a constant column stands in for the intercept, and the step is the
 * longest that cannot diverge; see RATIONALE.md for the size of the constant.
 */
abstract class FlinkMlLinearTrainer extends FlinkMlTrainer {
  private static final String ITERATIONS = "iterations";
  private static final String RATE = "learning-rate";
  private static final String BATCH = "batch-size";
  private static final String L2 = "l2";

  /** The estimator of Flink ML, not set up yet. */
  abstract Stage<?> estimator(Descent descent);

  /** What it becomes when it is fitted. */
  abstract Class<? extends Model<?>> fittedType();

  /** How much the loss bends per squared length of a row; see {@link Curvature}. */
  abstract double bend();

  /** The labels that are fitted. */
  double[] labels(Sample sample) {
    return sample.labels();
  }

  /** The model for standardised rows out of what the descent gave. */
  abstract LinearModel model(double[] coefficients, double intercept, Sample standardised);

  /** How far and how long the gradient is followed. */
  record Descent(double rate, int iterations, int batch, double l2) {

    <
            E extends
                Estimator<E, ?> & HasFeaturesCol<E> & HasLabelCol<E> & HasWeightCol<E>
                    & HasLearningRate<E> & HasMaxIter<E> & HasGlobalBatchSize<E> & HasReg<E>
                    & HasElasticNet<E> & HasTol<E>>
        E set(E estimator) {
      estimator.setFeaturesCol(FEATURES);
      estimator.setLabelCol(LABEL);
      estimator.setWeightCol(WEIGHT);
      estimator.setLearningRate(rate);
      estimator.setMaxIter(iterations);
      estimator.setGlobalBatchSize(batch);
      estimator.setReg(l2);
      estimator.setElasticNet(0.0);
      estimator.setTol(0.0);
      return estimator;
    }
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        Knob.whole(ITERATIONS, 200, 1, 100_000, "gradient steps"),
        Knob.number(RATE, 0, 0, 1_000, "length of a step; 0 takes the longest that is safe"),
        Knob.whole(BATCH, 0, 0, 1_000_000_000, "rows per gradient step; 0 takes all"),
        Knob.number(L2, 0, 0, 100, "strength of the quadratic penalty, the intercept's too"));
  }

  @Override
  protected PipelinePlan plan(Request request) {
    Sample sample = request.sample();
    var space = Standardisation.of(sample.rows(), sample.weights());
    var standardised = new Sample(space.apply(sample.rows()), labels(sample), sample.weights());
    double steepest = Curvature.largestEigenvalue(standardised.rows(), sample.weights());
    double constant = Math.sqrt(steepest);
    var input =
        new Sample(
            withConstant(standardised.rows(), constant), standardised.labels(), sample.weights());
    return PipelinePlan.of(input, estimator(descent(request.settings(), steepest, sample.size())))
        .reading(fitted -> finite(space.undo(read(fitted, constant, standardised))));
  }

  private Descent descent(Hyperparameters settings, double steepest, int rows) {
    double rate = settings.number(RATE);
    double l2 = settings.number(L2);
    int batch = settings.whole(BATCH);
    return new Descent(
        rate > 0 ? rate : Curvature.safeStep(1, bend() * steepest + l2),
        settings.whole(ITERATIONS),
        batch == 0 ? rows : Math.min(batch, rows),
        l2);
  }

  private LinearModel read(FittedPipeline fitted, double constant, Sample standardised) {
    double[] all = fitted.data(fittedType()).<DenseVector>getFieldAs("coefficient").values;
    int width = all.length - 1;
    return model(Arrays.copyOf(all, width), constant * all[width], standardised);
  }

  private static LinearModel finite(LinearModel model) throws TrainingException {
    if (!DoubleStream.concat(
            Arrays.stream(model.coefficients()), DoubleStream.of(model.intercept()))
        .allMatch(Double::isFinite)) {
      throw new TrainingException("the descent diverged; try a smaller learning rate");
    }
    return model;
  }

  private static Matrix withConstant(Matrix rows, double constant) {
    int width = rows.width();
    var values = new double[rows.rows() * (width + 1)];
    for (int i = 0; i < rows.rows(); i++) {
      System.arraycopy(rows.values(), i * width, values, i * (width + 1), width);
      values[i * (width + 1) + width] = constant;
    }
    return new Matrix(rows.rows(), width + 1, values);
  }
}
