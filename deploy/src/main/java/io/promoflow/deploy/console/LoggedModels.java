package io.promoflow.deploy.console;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.training.ModelHistory;
import io.promoflow.serving.rules.ModelShadow;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The versions of models that logged decisions name, each read once. */
final class LoggedModels implements ModelShadow.Versions {
  private final ModelHistory models;
  private final Map<String, Optional<ModelVersion>> known = new HashMap<>();

  LoggedModels(ModelHistory models) {
    this.models = models;
  }

  @Override
  public Optional<ModelVersion> find(String name, String version) {
    return known.computeIfAbsent(
        name + ' ' + version,
        key -> {
          try {
            return models.model(name, version);
          } catch (SQLException e) {
            throw new IllegalStateException("models cannot be read: " + e.getMessage(), e);
          }
        });
  }
}
