package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What one trainer made of a window: a row of {@code models.trials}.
 *
 * @param trainer its name
 * @param model with its metrics; empty when it was refused
 * @param refusal why; empty when it was not
 * @param took time of the fit
 */
record Trial(
    String trainer, Optional<ModelVersion> model, Optional<String> refusal, Duration took) {

  static Trial of(String trainer, ModelVersion model, Duration took) {
    return new Trial(trainer, Optional.of(model), Optional.empty(), took);
  }

  static Trial refused(String trainer, String why, Duration took) {
    return new Trial(trainer, Optional.empty(), Optional.of(why), took);
  }

  Map<String, Double> metrics() {
    return model.map(ModelVersion::metrics).orElse(Map.of());
  }
}
