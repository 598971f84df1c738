package io.promoflow.features.flink;

import static io.promoflow.ingestion.store.BulkTable.column;
import static io.promoflow.ingestion.store.BulkTable.key;
import static io.promoflow.ingestion.store.ColumnType.BOOL;
import static io.promoflow.ingestion.store.ColumnType.JSONB;
import static io.promoflow.ingestion.store.ColumnType.TEXT;
import static io.promoflow.ingestion.store.ColumnType.TIMESTAMPTZ;

import io.promoflow.features.FeatureDescription;
import io.promoflow.features.FeatureEngine;
import io.promoflow.ingestion.flink.Tables;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.ingestion.store.BulkTable;
import io.promoflow.ingestion.store.RowWriter;
import io.promoflow.ingestion.store.Store;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.apache.flink.api.connector.sink2.Sink;

/** The tables that the feature job writes. */
final class FeatureTables {
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

  private FeatureTables() {}

  /** Brings the tables up to date, and the wide view to the declared features. */
  static void migrate(Postgres postgres, FeatureEngine engine) {
    Store.migrate(postgres, "features");
    var view =
        new StringBuilder("CREATE VIEW features.shopper_features_wide AS SELECT shopper_id, as_of");
    for (FeatureDescription feature : engine.catalog()) {
      view.append(
          feature.categorical()
              ? ", categories ->> '%1$s' AS %1$s".formatted(feature.name())
              : ", (features ->> '%1$s')::double precision AS %1$s".formatted(feature.name()));
    }
    view.append(" FROM features.shopper_features");
    try (var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("DROP VIEW IF EXISTS features.shopper_features_wide");
      statement.execute(view.toString());
      statement.execute(
          "COMMENT ON VIEW features.shopper_features_wide IS"
              + " 'Latest features of every shopper, one column per feature'");
      for (FeatureDescription feature : engine.catalog()) {
        statement.execute(
            "COMMENT ON COLUMN features.shopper_features_wide.%s IS '%s'"
                .formatted(
                    feature.name(),
                    (feature.meaning() + ", over " + feature.window() + ", in " + feature.unit())
                        .replace("'", "''")));
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create features.shopper_features_wide", e);
    }
  }

  static Sink<FeatureRow> latest(Postgres postgres) {
    return Tables.bulk(postgres, LATEST, FeatureTables::bindRow);
  }

  static Sink<FeatureRow> history(Postgres postgres) {
    return Tables.bulk(postgres, HISTORY, FeatureTables::bindRow);
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

  private static void bindRow(RowWriter to, FeatureRow row) {
    to.text(row.shopperId())
        .timestamptz(row.asOf())
        .jsonb(row.values())
        .jsonb(row.categories())
        .text(row.featuresVersion());
  }
}
