package io.promoflow.models.trainer;

import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.models.trainer.PenalizedLoss.Evaluation;
import java.util.List;
import java.util.Optional;

/** Logistic regression to the last digit, by Newton's method. */
public final class LogisticRegressionTrainer implements Trainer {

  @Override
  public String name() {
    return "logistic-regression";
  }

  @Override
  public Task task() {
    return Task.CLASSIFICATION;
  }

  @Override
  public String meaning() {
    return "log-odds as a weighted sum of the columns, by Newton's method";
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        Knob.number(
            "l2", 1e-8, 0, 1e6, "strength of the quadratic penalty, beside the mean log loss"),
        Knob.whole("iterations", 100, 1, 10_000, "Newton steps at most"));
  }

  @Override
  public LinearModel train(Request request) throws TrainingException, InterruptedException {
    Sample sample = request.sample();
    var moments = ColumnMoments.of(sample);
    double positives = shareOfPositives(sample, moments.weight());
    var columns = StandardizedRows.of(sample.rows(), moments);
    var loss =
        new PenalizedLoss(
            columns.rows(),
            sample.labels(),
            sample.weights(),
            moments.weight(),
            new LogLoss(),
            columns.penalties(request.settings().number("l2")));
    int iterations = request.settings().whole("iterations");
    var newton = new Newton(loss);
    Optional<Evaluation> warm =
        warm(request, columns).map(loss::at).filter(at -> at.loss() <= entropy(positives));
    double[] point =
        warm.isPresent()
            ? newton.minimize(warm.get(), loss.roughSteps(), iterations)
            : newton.minimize(loss.at(cold(columns, positives)), loss.steps(), iterations);
    return columns.model(point, true);
  }

  /** Where a model of as many columns ended. */
  private static Optional<double[]> warm(Request request, StandardizedRows columns) {
    return request
        .from()
        .filter(from -> from.kind() == ModelKind.LOGISTIC)
        .filter(from -> from.coefficients().length == columns.rows().width())
        .map(from -> columns.point(from.coefficients(), from.intercept()));
  }

  /** The model that only knows how frequent the label 1 is. */
  private static double[] cold(StandardizedRows columns, double positives) {
    var point = new double[columns.rows().width() + 1];
    point[point.length - 1] = Logistic.logOdds(positives);
    return point;
  }

  /** The mean log loss of that model. */
  private static double entropy(double positives) {
    return -positives * Math.log(positives) - (1 - positives) * Math.log1p(-positives);
  }

  private static double shareOfPositives(Sample sample, double weight) throws TrainingException {
    double[] labels = sample.labels();
    if (labels.length == 0) {
      throw new TrainingException("the rows have no labels");
    }
    int ones = 0;
    double positive = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == 1) {
        ones++;
        positive += sample.weights()[i];
      } else if (labels[i] != 0) {
        throw new TrainingException("the label of row " + i + " is " + labels[i] + ", not 0 or 1");
      }
    }
    if (ones == 0 || ones == labels.length) {
      throw new TrainingException("every label is " + (int) labels[0]);
    }
    return positive / weight;
  }
}
