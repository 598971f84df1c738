package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.trainer.Parameters;
import io.promoflow.models.trainer.Preparation;
import java.util.Optional;

/**
 * Takes the champion's numbers over into the space of a new window, where means and scales have
 * moved, so that a fit can start from them.
 */
final class WarmStart {
  private final ModelVersion champion;
  private final Preparation inputs;

  private WarmStart(ModelVersion champion, Preparation inputs) {
    this.champion = champion;
    this.inputs = inputs;
  }

  /** Empty when there is no champion, or one of other features, or one without such numbers. */
  static Optional<Parameters> of(Optional<ModelVersion> champion, Preparation inputs) {
    return champion
        .filter(model -> sameElements(model, inputs))
        .flatMap(model -> new WarmStart(model, inputs).parameters());
  }

  private static boolean sameElements(ModelVersion model, Preparation inputs) {
    return model.features().equals(inputs.features()) && model.oneHots().equals(inputs.oneHots());
  }

  private Optional<Parameters> parameters() {
    return switch (champion.kind()) {
      case KMEANS -> Optional.of(Parameters.kmeans(centroids()));
      case LOGISTIC -> Optional.of(Parameters.logistic(coefficients(), intercept()));
      default -> Optional.empty();
    };
  }

  private double[][] centroids() {
    var moved = new double[champion.centroids().length][];
    for (int c = 0; c < moved.length; c++) {
      moved[c] = new double[inputs.width()];
      for (int i = 0; i < inputs.width(); i++) {
        double raw = champion.centroids()[c][i] * champion.scales()[i] + champion.means()[i];
        moved[c][i] = (raw - inputs.means()[i]) / inputs.scales()[i];
      }
    }
    return moved;
  }

  private double[] coefficients() {
    var moved = new double[inputs.width()];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = champion.coefficients()[i] * inputs.scales()[i] / champion.scales()[i];
    }
    return moved;
  }

  private double intercept() {
    double sum = champion.intercept();
    for (int i = 0; i < inputs.width(); i++) {
      sum +=
          champion.coefficients()[i]
              * (inputs.means()[i] - champion.means()[i])
              / champion.scales()[i];
    }
    return sum;
  }
}
