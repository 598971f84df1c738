package io.promoflow.serving;

import io.promoflow.features.Declarations;
import io.promoflow.features.Entity;
import io.promoflow.features.FeatureSet;
import io.promoflow.features.flink.FeatureTables;
import io.promoflow.ingestion.wire.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Rows of products in the tables of features, as the feature job makes and fills them. */
public final class ProductRows {
  private final Postgres postgres;

  /** Over the features that we ship. */
  public ProductRows(Postgres postgres) {
    this(postgres, Declarations.shipped());
  }

  /** Over other features. */
  public ProductRows(Postgres postgres, FeatureSet features) {
    this.postgres = postgres;
    var engine = features.engine(Entity.PRODUCT, List.of(Duration.ofDays(7)), Duration.ofHours(1));
    FeatureTables.migrate(postgres.place(), List.of(engine));
  }

  /** Its newest row says how often it was looked at and sold within a week. */
  public void put(String product, int views, int pieces) throws SQLException {
    put(product, Map.of("product_views_7d", views, "product_pieces_7d", pieces), Map.of());
  }

  /** Its newest row. */
  public void put(String product, Map<String, ?> numbers, Map<String, String> texts)
      throws SQLException {
    String sql =
        "INSERT INTO features.entity_features VALUES ('product', ?, now(), ?::jsonb, ?::jsonb, 'f')"
            + " ON CONFLICT (entity, key) DO UPDATE SET features = excluded.features,"
            + " categories = excluded.categories";
    try (var connection = postgres.store().getConnection();
        var row = connection.prepareStatement(sql)) {
      row.setString(1, product);
      row.setString(2, Wire.text(numbers));
      row.setString(3, Wire.text(texts));
      row.executeUpdate();
    }
  }

  /** No product has a row, and no time has passed. */
  public void empty() throws SQLException {
    run("TRUNCATE features.entity_features, features.event_time_clock");
  }

  /** Event time is so many days past the rows. */
  public void daysPass(int days) throws SQLException {
    run(
        "INSERT INTO features.event_time_clock VALUES ('features', now() + interval '%d days')"
                .formatted(days)
            + " ON CONFLICT (name) DO UPDATE SET at = excluded.at");
  }

  /** As before the first feature job. */
  public void dropView() throws SQLException {
    run("DROP VIEW features.product_features_wide");
  }

  private void run(String sql) throws SQLException {
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
