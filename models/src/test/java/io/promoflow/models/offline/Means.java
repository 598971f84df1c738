package io.promoflow.models.offline;

import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.LinearModel;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainingException;
import java.util.List;

/** A classifier by difference of class means, small enough to be checked by eye. */
final class Means implements Trainer {
  @Override
  public String name() {
    return "means";
  }

  @Override
  public Task task() {
    return Task.CLASSIFICATION;
  }

  @Override
  public String meaning() {
    return "Difference of means.";
  }

  @Override
  public List<Knob> knobs() {
    return List.of(Knob.number("steepness", 1, 0, 100, "of the probability"));
  }

  @Override
  public Learned train(Request request) throws TrainingException {
    Matrix rows = request.sample().rows();
    if (rows.width() == 0) {
      throw new TrainingException("there are no columns");
    }
    double[] labels = request.sample().labels();
    double[] weights = request.sample().weights();
    var coefficients = new double[rows.width()];
    var mass = new double[2];
    for (int i = 0; i < rows.rows(); i++) {
      mass[(int) labels[i]] += weights[i];
    }
    for (int i = 0; i < rows.rows(); i++) {
      for (int c = 0; c < coefficients.length; c++) {
        double share = weights[i] / mass[(int) labels[i]];
        coefficients[c] += (labels[i] == 1 ? share : -share) * rows.at(i, c);
      }
    }
    double steepness = request.settings().number("steepness");
    for (int c = 0; c < coefficients.length; c++) {
      coefficients[c] *= steepness;
    }
    return new LinearModel(coefficients, Math.log(mass[1] / mass[0]), true);
  }
}
