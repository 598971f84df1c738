package io.promoflow.deploy.console;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.flink.EvaluationOptions;
import io.promoflow.evaluation.offpolicy.OffPolicy;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.store.Store;
import io.promoflow.models.training.ModelHistory;
import io.promoflow.serving.rules.ModelShadow;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleVersion;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a person asks the gate about a version of a model. */
final class ModelGate {
  @Option(
      names = "--gate-days",
      paramLabel = "DAYS",
      defaultValue = "14",
      description = "how far back decisions are judged (default: ${DEFAULT-VALUE})")
  private int days;

  @Option(
      names = "--gate-units",
      paramLabel = "COUNT",
      defaultValue = "200",
      description =
          "effective decisions that must speak for it where it would choose otherwise (default:"
              + " ${DEFAULT-VALUE})")
  private double units;

  @Option(
      names = "--alpha",
      paramLabel = "LEVEL",
      defaultValue = "0.05",
      description = "error level of the intervals (default: ${DEFAULT-VALUE})")
  private double alpha;

  @Option(
      names = "--one-look",
      description = {
        "intervals for a single look, fixed beforehand; they are narrower than the usual ones,",
        "which hold however often a version is asked about"
      })
  private boolean oneLook;

  /** Asks about what goes to serving with a version. */
  ModelGateCheck.Found ask(Settings settings, ModelHistory models, String version)
      throws SQLException {
    if (!(alpha > 0 && alpha <= 0.5)) {
      throw new SettingsException("--alpha: " + alpha + " is refused, must lie above 0 to 0.5");
    }
    if (days < 1) {
      throw new SettingsException("--gate-days: " + days + " is refused, must be at least 1");
    }
    List<ModelVersion> challengers = models.together(version);
    ConnectionOptions connections = ConnectionOptions.from(settings);
    List<RuleVersion> history;
    try (var book = RuleBook.open(connections, Clock.systemUTC())) {
      history = book.history();
    }
    try (var store = Store.open(connections.postgres(), 1)) {
      var check =
          new ModelGateCheck(
              store,
              settings,
              shoppers -> ShopEventLog.outcomes(connections, shoppers),
              history,
              remembering(models));
      return check.of(
          models.inForce(), challengers, estimates(settings), Duration.ofDays(days), units);
    }
  }

  private OffPolicy estimates(Settings settings) {
    double optimal = settings.get(EvaluationOptions.OPTIMAL_UNITS);
    return new OffPolicy(
        alpha, GateCheck.MOST_WEIGHT, oneLook ? null : new AlwaysValid(alpha, optimal));
  }

  private static ModelShadow.Versions remembering(ModelHistory models) {
    Map<String, Optional<ModelVersion>> known = new HashMap<>();
    return (name, version) ->
        known.computeIfAbsent(
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
