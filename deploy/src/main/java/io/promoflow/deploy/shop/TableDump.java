package io.promoflow.deploy.shop;

import io.promoflow.deploy.console.Sql;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * Writes the final tables as sorted CSV files, without what depends on the clock on the wall: two
 * runs that did the same write the same files.
 */
public final class TableDump {
  private static final Map<String, String> QUESTIONS =
      Map.ofEntries(
          Map.entry(
              "ingestion.intake_counts",
              "SELECT outcome, reason, event_type, events FROM ingestion.intake_counts"),
          Map.entry("features.shopper_features", "SELECT * FROM features.shopper_features"),
          Map.entry(
              "features.shopper_feature_history", "SELECT * FROM features.shopper_feature_history"),
          Map.entry("features.entity_features", "SELECT * FROM features.entity_features"),
          Map.entry(
              "features.entity_feature_history", "SELECT * FROM features.entity_feature_history"),
          Map.entry("features.late_events", "SELECT * FROM features.late_events"),
          Map.entry("models.training_examples", "SELECT * FROM models.training_examples"),
          Map.entry(
              "models.model_versions",
              "SELECT name, version, window_end, examples, held_out, published, reason, metrics,"
                  + " parameters, champion_version FROM models.model_versions"),
          Map.entry("models.shopper_segments", "SELECT * FROM models.shopper_segments"),
          Map.entry(
              "serving.rule_versions",
              "SELECT version, author, adjustment_id, rules - 'appliedAt' FROM serving.rule_versions"),
          Map.entry(
              "serving.decisions",
              "SELECT decision_id, request_id, trigger, shopper_id, at, cart_cents, segment,"
                  + " propensity, experiment_id, variant, promotion_id, probability,"
                  + " expected_cost_cents, rule_version, features_version, features_as_of,"
                  + " candidates, contributions, model_versions, triggered FROM serving.decisions"),
          Map.entry(
              "evaluation.experiment_results",
              "SELECT to_jsonb(r) - 'written_at_wall' FROM evaluation.experiment_results r"),
          Map.entry(
              "evaluation.segment_results",
              "SELECT to_jsonb(r) - 'written_at_wall' FROM evaluation.segment_results r"),
          Map.entry(
              "evaluation.population_results",
              "SELECT to_jsonb(r) - 'written_at_wall' FROM evaluation.population_results r"),
          Map.entry(
              "evaluation.sample_ratio_checks",
              "SELECT to_jsonb(r) - 'written_at_wall' FROM evaluation.sample_ratio_checks r"),
          Map.entry(
              "evaluation.population_ratio_checks",
              "SELECT to_jsonb(r) - 'written_at_wall' FROM evaluation.population_ratio_checks r"),
          Map.entry(
              "evaluation.shown_decisions",
              "SELECT to_jsonb(r) - 'written_at_wall' FROM evaluation.shown_decisions r"),
          Map.entry(
              "evaluation.promotion_outcomes",
              "SELECT to_jsonb(r) - 'written_at_wall' FROM evaluation.promotion_outcomes r"),
          Map.entry(
              "evaluation.category_shares",
              "SELECT to_jsonb(r) - 'written_at_wall' FROM evaluation.category_shares r"),
          Map.entry(
              "evaluation.incremental_returns",
              "SELECT to_jsonb(r) - 'written_at_wall' FROM evaluation.incremental_returns r"),
          Map.entry(
              "evaluation.strategy_adjustments",
              "SELECT id, experiment, segment, from_weights, to_weights, units, control_units,"
                  + " difference, low, high, status, at, rule_version"
                  + " FROM evaluation.strategy_adjustments"));

  private TableDump() {}

  /** Writes one file per table. */
  public static void write(Postgres postgres, Path folder) throws SQLException, IOException {
    Files.createDirectories(folder);
    try (var connection = Sql.connect(postgres)) {
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      for (var question : QUESTIONS.entrySet()) {
        String sorted =
            "COPY (SELECT t::text FROM (" + question.getValue() + ") t ORDER BY 1) TO STDOUT";
        try (OutputStream out = Files.newOutputStream(folder.resolve(question.getKey() + ".csv"))) {
          copy.copyOut(sorted, out);
        }
      }
    }
  }
}
