package io.promoflow.models.trainer;

import java.util.Arrays;
import java.util.List;

/** Least squares, with a quadratic penalty if wanted: one Newton step and one that refines it. */
public final class LinearRegressionTrainer implements Trainer {
  private static final int ITERATIONS = 100;

  @Override
  public String name() {
    return "linear-regression";
  }

  @Override
  public Task task() {
    return Task.REGRESSION;
  }

  @Override
  public String meaning() {
    return "the label as a weighted sum of the columns, by least squares";
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        Knob.number(
            "l2", 0, 0, 1e6, "strength of the quadratic penalty, beside half the mean square"));
  }

  @Override
  public LinearModel train(Request request) throws TrainingException, InterruptedException {
    Sample sample = request.sample();
    var moments = ColumnMoments.of(sample);
    var labelMoments = ColumnMoments.ofLabels(sample);
    var columns = StandardizedRows.of(sample.rows(), moments);
    double mean = labelMoments.means()[0];
    double scale = labelMoments.deviations()[0] > 0 ? labelMoments.deviations()[0] : 1;
    var loss =
        new PenalizedLoss(
            columns.rows(),
            Arrays.stream(sample.labels()).map(label -> (label - mean) / scale).toArray(),
            sample.weights(),
            moments.weight(),
            new SquaredLoss(),
            columns.penalties(request.settings().number("l2")));
    double[] point =
        new Newton(loss)
            .minimize(loss.at(new double[columns.rows().width() + 1]), loss.steps(), ITERATIONS);
    return columns.model(labelled(point, mean, scale), false);
  }

  /** A point for standardised labels, made one for the labels as they came. */
  private static double[] labelled(double[] point, double mean, double scale) {
    double[] labelled = Arrays.stream(point).map(element -> scale * element).toArray();
    labelled[point.length - 1] += mean;
    return labelled;
  }
}
