package io.promoflow.features.flink;

import static io.promoflow.ingestion.store.BulkTable.column;
import static io.promoflow.ingestion.store.BulkTable.key;
import static io.promoflow.ingestion.store.ColumnType.BOOL;
import static io.promoflow.ingestion.store.ColumnType.JSONB;
import static io.promoflow.ingestion.store.ColumnType.TEXT;
import static io.promoflow.ingestion.store.ColumnType.TIMESTAMPTZ;

import io.promoflow.features.FeatureEngine;
import io.promoflow.features.WrittenRow;
import io.promoflow.ingestion.flink.Tables;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.ingestion.store.BulkTable;
import io.promoflow.ingestion.store.BulkTable.Conflict;
import io.promoflow.ingestion.store.RowWriter;
import io.promoflow.ingestion.store.Store;
import java.sql.Types;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;

/** The tables that the feature job writes. */
public final class FeatureTables {
  private static final BulkTable LATEST =
      BulkTable.of(
              "features.shopper_features",
              key("shopper_id", TEXT),
              column("as_of", TIMESTAMPTZ),
              column("features", JSONB),
              column("categories", JSONB),
              column("features_version", TEXT))
          .keepNewest("as_of");
  private static final BulkTable HISTORY =
      BulkTable.of(
          "features.shopper_feature_history",
          key("shopper_id", TEXT),
          key("as_of", TIMESTAMPTZ),
          column("features", JSONB),
          column("categories", JSONB),
          column("features_version", TEXT));
  private static final BulkTable RECOMPUTED =
      new BulkTable("features.recomputed_features", HISTORY.columns(), Conflict.LAST, "");
  private static final BulkTable ENTITIES =
      BulkTable.of(
              "features.entity_features",
              key("entity", TEXT),
              key("key", TEXT),
              column("as_of", TIMESTAMPTZ),
              column("features", JSONB),
              column("categories", JSONB),
              column("features_version", TEXT))
          .keepNewest("as_of");
  private static final BulkTable ENTITY_HISTORY =
      BulkTable.of(
          "features.entity_feature_history",
          key("entity", TEXT),
          key("key", TEXT),
          key("as_of", TIMESTAMPTZ),
          column("features", JSONB),
          column("categories", JSONB),
          column("features_version", TEXT));
  private static final BulkTable EXAMPLES =
      BulkTable.of(
          "models.training_examples",
          key("shopper_id", TEXT),
          key("at", TIMESTAMPTZ),
          column("labelled_at", TIMESTAMPTZ),
          column("features", JSONB),
          column("categories", JSONB),
          column("ordered", BOOL),
          column("features_version", TEXT));
  private static final BulkTable LATE =
      BulkTable.of(
              "features.late_events",
              key("event_id", TEXT),
              column("shopper_id", TEXT),
              column("at", TIMESTAMPTZ),
              column("type", TEXT))
          .keepFirst();

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

  private FeatureTables() {}

  /** Brings the tables up to date, and the wide views to the declared features. */
  public static void migrate(Postgres postgres, List<FeatureEngine> engines) {
    Store.migrate(postgres, "features");
    engines.forEach(engine -> WideView.create(postgres, engine));
  }

  static Sink<WrittenRow> latest(Postgres postgres) {
    return Tables.bulk(postgres, LATEST, FeatureTables::bindRow);
  }

  static Sink<WrittenRow> history(Postgres postgres) {
    return Tables.bulk(postgres, HISTORY, FeatureTables::bindRow);
  }

  /** Rows computed again, to be compared with the history. */
  static Sink<WrittenRow> recomputed(Postgres postgres) {
    return Tables.bulk(postgres, RECOMPUTED, FeatureTables::bindRow);
  }

  static Sink<WrittenRow> entities(Postgres postgres) {
    return Tables.bulk(postgres, ENTITIES, FeatureTables::bindEntity);
  }

  static Sink<WrittenRow> entityHistory(Postgres postgres) {
    return Tables.bulk(postgres, ENTITY_HISTORY, FeatureTables::bindEntity);
  }

  private static void bindEntity(RowWriter to, WrittenRow row) {
    to.text(row.entity())
        .text(row.key())
        .timestamptz(row.asOf())
        .json(row.values())
        .json(row.categories())
        .text(row.featuresVersion());
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

  static Sink<TrainingExample> examples(Postgres postgres) {
    return Tables.bulk(
        postgres,
        EXAMPLES,
        (row, example) ->
            row.text(example.shopperId())
                .timestamptz(example.at())
                .timestamptz(example.labelledAt())
                .jsonb(example.values())
                .jsonb(example.categories())
                .bool(example.ordered())
                .text(example.featuresVersion()));
  }

  static Sink<ShopEvent> late(Postgres postgres) {
    return Tables.bulk(
        postgres,
        LATE,
        (row, event) ->
            row.text(event.eventId())
                .text(event.shopperId())
                .timestamptz(event.at())
                .text(event.type().name()));
  }

  private static void bindRow(RowWriter to, WrittenRow row) {
    to.text(row.key())
        .timestamptz(row.asOf())
        .json(row.values())
        .json(row.categories())
        .text(row.featuresVersion());
  }
}
