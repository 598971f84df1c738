package io.promoflow.features.flink;

import io.promoflow.features.FeatureEngine;
import io.promoflow.ingestion.flink.Tables;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;

/** The tables that the feature job writes. */
final class FeatureTables {
  private static final String LATEST =
      """
      INSERT INTO features.shopper_features AS t
        (shopper_id, as_of, features, categories, features_version)
      VALUES (?, ?, ?::jsonb, ?::jsonb, ?)
      ON CONFLICT (shopper_id) DO UPDATE SET as_of = excluded.as_of, features = excluded.features,
        categories = excluded.categories, features_version = excluded.features_version
      WHERE excluded.as_of >= t.as_of
      """;
  private static final String HISTORY =
      """
      INSERT INTO features.shopper_feature_history
        (shopper_id, as_of, features, categories, features_version)
      VALUES (?, ?, ?::jsonb, ?::jsonb, ?)
      ON CONFLICT (shopper_id, as_of) DO UPDATE SET features = excluded.features,
        categories = excluded.categories, features_version = excluded.features_version
      """;
  private static final String EXAMPLES =
      """
      INSERT INTO models.training_examples
        (shopper_id, at, labelled_at, features, categories, ordered, features_version)
      VALUES (?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)
      ON CONFLICT (shopper_id, at) DO UPDATE SET labelled_at = excluded.labelled_at,
        features = excluded.features, categories = excluded.categories,
        ordered = excluded.ordered, features_version = excluded.features_version
      """;
  private static final String ENTITIES =
      """
      INSERT INTO features.entity_features AS t
        (entity, key, as_of, features, categories, features_version)
      VALUES (?, ?, ?, ?::jsonb, ?::jsonb, ?)
      ON CONFLICT (entity, key) DO UPDATE SET as_of = excluded.as_of, features = excluded.features,
        categories = excluded.categories, features_version = excluded.features_version
      WHERE excluded.as_of >= t.as_of
      """;
  private static final String ENTITY_HISTORY =
      """
      INSERT INTO features.entity_feature_history
        (entity, key, as_of, features, categories, features_version)
      VALUES (?, ?, ?, ?::jsonb, ?::jsonb, ?)
      ON CONFLICT (entity, key, as_of) DO UPDATE SET features = excluded.features,
        categories = excluded.categories, features_version = excluded.features_version
      """;
  private static final String HEALTH =
      """
      INSERT INTO features.feature_health
        (day, entity, feature, rows, missing_share, least, greatest, distinct_values, drift,
         stale_seconds)
      VALUES (?::date, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (day, entity, feature) DO UPDATE SET rows = excluded.rows,
        missing_share = excluded.missing_share, least = excluded.least,
        greatest = excluded.greatest, distinct_values = excluded.distinct_values,
        drift = excluded.drift, stale_seconds = excluded.stale_seconds
      """;
  private static final String LATE =
      """
      INSERT INTO features.late_events (event_id, shopper_id, at, type) VALUES (?, ?, ?, ?)
      ON CONFLICT (event_id) DO NOTHING
      """;

  private FeatureTables() {}

  /** Brings the tables up to date, and the wide views to the declared features. */
  static void migrate(Postgres postgres, List<FeatureEngine> engines) {
    Store.migrate(postgres, "features");
    engines.forEach(engine -> WideView.create(postgres, engine));
  }

  static Sink<FeatureRow> latest(Postgres postgres) {
    return Tables.upsert(postgres, LATEST, FeatureTables::bindRow);
  }

  static Sink<FeatureRow> history(Postgres postgres) {
    return Tables.upsert(postgres, HISTORY, FeatureTables::bindRow);
  }

  /** Rows computed again, to be compared with the history. */
  static Sink<FeatureRow> recomputed(Postgres postgres) {
    return Tables.upsert(
        postgres,
        HISTORY.replace("shopper_feature_history", "recomputed_features"),
        FeatureTables::bindRow);
  }

  static Sink<EntityRow> entities(Postgres postgres) {
    return Tables.upsert(postgres, ENTITIES, FeatureTables::bindEntity);
  }

  static Sink<EntityRow> entityHistory(Postgres postgres) {
    return Tables.upsert(postgres, ENTITY_HISTORY, FeatureTables::bindEntity);
  }

  private static void bindEntity(PreparedStatement statement, EntityRow row) throws SQLException {
    statement.setString(1, row.entity());
    statement.setString(2, row.key());
    statement.setTimestamp(3, timestamp(row.asOf()));
    statement.setString(4, Wire.text(row.values()));
    statement.setString(5, Wire.text(row.categories()));
    statement.setString(6, row.featuresVersion());
  }

  static Sink<TrainingExample> examples(Postgres postgres) {
    return Tables.upsert(
        postgres,
        EXAMPLES,
        (statement, example) -> {
          statement.setString(1, example.shopperId());
          statement.setTimestamp(2, timestamp(example.at()));
          statement.setTimestamp(3, timestamp(example.labelledAt()));
          statement.setString(4, Wire.text(example.values()));
          statement.setString(5, Wire.text(example.categories()));
          statement.setBoolean(6, example.ordered());
          statement.setString(7, example.featuresVersion());
        });
  }

  static Sink<FeatureHealth> health(Postgres postgres) {
    return Tables.upsert(
        postgres,
        HEALTH,
        (statement, health) -> {
          statement.setString(1, health.day());
          statement.setString(2, health.entity());
          statement.setString(3, health.feature());
          statement.setLong(4, health.rows());
          statement.setDouble(5, health.missingShare());
          statement.setObject(6, health.least(), Types.DOUBLE);
          statement.setObject(7, health.greatest(), Types.DOUBLE);
          statement.setLong(8, health.distinctBuckets());
          statement.setObject(9, health.drift(), Types.DOUBLE);
          statement.setObject(10, health.staleSeconds(), Types.DOUBLE);
        });
  }

  static Sink<ShopEvent> late(Postgres postgres) {
    return Tables.upsert(
        postgres,
        LATE,
        (statement, event) -> {
          statement.setString(1, event.eventId());
          statement.setString(2, event.shopperId());
          statement.setTimestamp(3, timestamp(event.at()));
          statement.setString(4, event.type().name());
        });
  }

  private static void bindRow(PreparedStatement statement, FeatureRow row) throws SQLException {
    statement.setString(1, row.shopperId());
    statement.setTimestamp(2, timestamp(row.asOf()));
    statement.setString(3, Wire.text(row.values()));
    statement.setString(4, Wire.text(row.categories()));
    statement.setString(5, row.featuresVersion());
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.from(at);
  }
}
