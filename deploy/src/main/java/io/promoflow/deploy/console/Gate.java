package io.promoflow.deploy.console;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.flink.EvaluationOptions;
import io.promoflow.evaluation.offpolicy.OffPolicy;
import io.promoflow.evaluation.offpolicy.ReleaseGate;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.store.Store;
import io.promoflow.models.training.ModelHistory;
import io.promoflow.serving.rules.RulesOfThen;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import picocli.CommandLine.Option;

/** How a person asks the gate, about rules or about a version of a model. */
final class Gate {
  private static final double MOST_WEIGHT = 50;
  private static final double MOST_CLIPPED = 0.01;

  /** One reads the log while another looks up what it names. */
  private static final int CONNECTIONS = 2;

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
        "which hold however often one asks"
      })
  private boolean oneLook;

  /** Asks about rules that would take the place of those that decided. */
  GateFound ofRules(Settings settings, ModelHistory models, RuleSet planned) {
    return ask(
        settings, models, (check, gate) -> check.ofRules(planned, gate, Duration.ofDays(days)));
  }

  /** Asks about what goes to serving with a version of a model. */
  GateFound ofModel(Settings settings, ModelHistory models, String version) throws SQLException {
    List<ModelVersion> challengers = models.together(version);
    List<ModelVersion> inForce = models.inForce();
    Store.migrate(ConnectionOptions.from(settings).postgres(), "serving");
    return ask(
        settings,
        models,
        (check, gate) -> check.ofModels(inForce, challengers, gate, Duration.ofDays(days)));
  }

  private GateFound ask(
      Settings settings,
      ModelHistory models,
      BiFunction<GateCheck, ReleaseGate, GateFound> question) {
    ReleaseGate gate = gate(settings);
    ConnectionOptions connections = ConnectionOptions.from(settings);
    try (var store = Store.open(connections.postgres(), CONNECTIONS)) {
      var check =
          new GateCheck(
              store,
              settings,
              (shoppers, from, until) -> ShopEventLog.orders(connections, shoppers, from, until),
              new RulesOfThen(store)::of,
              new LoggedModels(models));
      return question.apply(check, gate);
    }
  }

  private ReleaseGate gate(Settings settings) {
    if (!(alpha > 0 && alpha <= 0.5)) {
      throw new SettingsException("--alpha: " + alpha + " is refused, must lie above 0 to 0.5");
    }
    if (days < 1) {
      throw new SettingsException("--gate-days: " + days + " is refused, must be at least 1");
    }
    if (!(units >= 1 && units < Double.POSITIVE_INFINITY)) {
      throw new SettingsException("--gate-units: " + units + " is refused, must be at least 1");
    }
    double optimal = settings.get(EvaluationOptions.OPTIMAL_UNITS);
    var estimates =
        new OffPolicy(alpha, MOST_WEIGHT, oneLook ? null : new AlwaysValid(alpha, optimal));
    return new ReleaseGate(estimates, units, MOST_CLIPPED);
  }
}
