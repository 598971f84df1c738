package io.promoflow.models.training;

import io.promoflow.ingestion.wire.Wire;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/** Writes what came of a window into the tables, within a transaction of the caller's. */
record Recording(Connection connection, Clock wall) {
  private static final String VERSION =
      """
      INSERT INTO models.model_versions (name, version, window_start, window_end, trainer,
        examples, held_out, published, reason, metrics, parameters, champion_version,
        champion_metrics, trained_at_wall, shadow)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?::jsonb, ?, ?)
      ON CONFLICT (name, window_end) DO NOTHING
      """;
  private static final String TRIAL =
      """
      INSERT INTO models.trials (name, window_end, trainer, outcome, reason, metrics, took_millis)
      VALUES (?, ?, ?, ?, ?, ?::jsonb, ?) ON CONFLICT (name, window_end, trainer) DO NOTHING
      """;
  private static final String SHOPPER =
      """
      INSERT INTO models.shopper_segments AS s (shopper_id, segment, model_version, as_of)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (shopper_id) DO UPDATE
        SET segment = excluded.segment, model_version = excluded.model_version,
            as_of = excluded.as_of
        WHERE s.as_of <= excluded.as_of
      """;
  private static final String PROFILE =
      """
      INSERT INTO models.segment_profiles (version, segment, title, share, feature, mean,
        overall_mean, deviations)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (version, segment, feature) DO NOTHING
      """;
  private static final String IMPORTANCE =
      """
      INSERT INTO models.feature_importance (version, feature, importance, share)
      VALUES (?, ?, ?, ?) ON CONFLICT (version, feature) DO NOTHING
      """;

  /** Binds a row to a statement. */
  private interface Binding<T> {
    void bind(PreparedStatement statement, T row) throws SQLException;
  }

  void write(WindowRecord window) throws SQLException {
    each(VERSION, window.results(), this::bind);
    for (TrainingResult result : window.results()) {
      each(TRIAL, result.verdicts(), (statement, verdict) -> bind(statement, result, verdict));
    }
    each(SHOPPER, window.shoppers(), Recording::bind);
    each(PROFILE, window.profiles(), Recording::bind);
    each(IMPORTANCE, window.importances(), Recording::bind);
  }

  private <T> void each(String sql, List<T> rows, Binding<T> binding) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (T row : rows) {
        binding.bind(statement, row);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private void bind(PreparedStatement insert, TrainingResult result) throws SQLException {
    insert.setString(1, result.name());
    insert.setString(2, result.version());
    insert.setObject(3, Sql.utc(result.windowStart()));
    insert.setObject(4, Sql.utc(result.windowEnd()));
    insert.setString(5, result.trainer());
    insert.setLong(6, result.examples());
    insert.setLong(7, result.heldOut());
    insert.setBoolean(8, result.published());
    insert.setString(9, result.reason());
    insert.setString(10, Wire.text(result.metrics()));
    insert.setString(11, result.model().map(Wire::text).orElse(null));
    insert.setString(12, result.championVersion().orElse(null));
    insert.setString(
        13, result.championVersion().map(c -> Wire.text(result.championMetrics())).orElse(null));
    insert.setObject(14, Sql.utc(wall.instant()));
    insert.setBoolean(15, result.shadow());
  }

  private static void bind(PreparedStatement insert, TrainingResult result, Contest.Verdict verdict)
      throws SQLException {
    insert.setString(1, result.name());
    insert.setObject(2, Sql.utc(result.windowEnd()));
    insert.setString(3, verdict.trial().trainer());
    insert.setString(4, verdict.outcome().name());
    insert.setString(5, verdict.reason());
    insert.setString(6, Wire.text(verdict.trial().metrics()));
    insert.setLong(7, verdict.trial().took().toMillis());
  }

  private static void bind(PreparedStatement upsert, ShopperSegment segment) throws SQLException {
    upsert.setString(1, segment.shopperId());
    upsert.setString(2, segment.segment());
    upsert.setString(3, segment.modelVersion());
    upsert.setObject(4, Sql.utc(segment.asOf()));
  }

  private static void bind(PreparedStatement insert, SegmentProfile profile) throws SQLException {
    insert.setString(1, profile.version());
    insert.setString(2, profile.segment());
    insert.setString(3, profile.title());
    insert.setDouble(4, profile.share());
    insert.setString(5, profile.feature());
    insert.setDouble(6, profile.mean());
    insert.setDouble(7, profile.overallMean());
    insert.setDouble(8, profile.deviations());
  }

  private static void bind(PreparedStatement insert, FeatureImportance importance)
      throws SQLException {
    insert.setString(1, importance.version());
    insert.setString(2, importance.feature());
    insert.setDouble(3, importance.importance());
    insert.setDouble(4, importance.share());
  }
}
