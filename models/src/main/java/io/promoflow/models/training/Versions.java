package io.promoflow.models.training;

import io.promoflow.ingestion.schema.Calibration;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.trainer.Parameters;
import io.promoflow.models.trainer.Preparation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Puts model versions together. */
record Versions(
    String name,
    String trainer,
    TrainingWindow window,
    Preparation inputs,
    Parameters parameters,
    Map<String, Double> metrics) {

  static Versions of(
      String name,
      String trainer,
      TrainingWindow window,
      Preparation inputs,
      Parameters parameters,
      Map<String, Double> metrics) {
    return new Versions(name, trainer, window, inputs, parameters, metrics);
  }

  /**
   * A model that tells probabilities. Platt's line over the log-odds of a logistic model makes
   * another logistic model, so it goes into the coefficients and contributions stay exact.
   *
   * @param calibration null for none
   */
  ModelVersion calibrated(Calibration calibration) {
    boolean linear =
        calibration != null && !calibration.isotonic() && parameters.kind() == ModelKind.LOGISTIC;
    return linear
        ? Versions.of(name, trainer, window, inputs, along(calibration), metrics)
            .version(null, null, null)
        : version(null, calibration, null);
  }

  private Parameters along(Calibration line) {
    return Parameters.logistic(
        Arrays.stream(parameters.coefficients()).map(c -> c * line.slope()).toArray(),
        parameters.intercept() * line.slope() + line.offset());
  }

  /** A segmentation. */
  ModelVersion named(List<String> segments, List<String> titles) {
    return version(segments, null, titles);
  }

  private ModelVersion version(
      List<String> segments, Calibration calibration, List<String> titles) {
    return new ModelVersion(
        name,
        TrainingResult.version(name, window.end()),
        parameters.kind(),
        trainer,
        window.start(),
        window.end(),
        inputs.features(),
        inputs.imputed(),
        inputs.oneHots(),
        inputs.means(),
        inputs.scales(),
        parameters.centroids(),
        segments,
        parameters.coefficients(),
        parameters.intercept(),
        window.fitted().size(),
        metrics,
        parameters.trees(),
        calibration,
        titles);
  }
}
