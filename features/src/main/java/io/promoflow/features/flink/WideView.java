package io.promoflow.features.flink;

import io.promoflow.features.Entity;
import io.promoflow.features.FeatureDescription;
import io.promoflow.features.FeatureEngine;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The view that gives BI tools one column per feature, with its meaning. */
final class WideView {
  private WideView() {}

  /** Makes it anew, because declarations change. */
  static void create(Postgres postgres, FeatureEngine engine) {
    String view = "features." + engine.entity().word() + "_features_wide";
    try (var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("DROP VIEW IF EXISTS " + view);
      statement.execute(definition(view, engine));
      statement.execute(
          "COMMENT ON VIEW %s IS 'Latest features of every %s, one column per feature'"
              .formatted(view, engine.entity().word().replace("_", " × ")));
      comment(view, engine, statement);
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot create " + view, e);
    }
  }

  private static String definition(String view, FeatureEngine engine) {
    boolean shoppers = engine.entity() == Entity.SHOPPER;
    var sql =
        new StringBuilder("CREATE VIEW ")
            .append(view)
            .append(" AS SELECT ")
            .append(shoppers ? "shopper_id" : "key")
            .append(", as_of");
    for (FeatureDescription feature : engine.catalog()) {
      sql.append(
          feature.categorical()
              ? ", categories ->> '%1$s' AS %1$s".formatted(feature.name())
              : ", (features ->> '%1$s')::double precision AS %1$s".formatted(feature.name()));
    }
    return sql.append(
            shoppers
                ? " FROM features.shopper_features"
                : " FROM features.entity_features WHERE entity = '%s'"
                    .formatted(engine.entity().word()))
        .toString();
  }

  private static void comment(String view, FeatureEngine engine, Statement statement)
      throws SQLException {
    for (FeatureDescription feature : engine.catalog()) {
      String text = feature.meaning() + over(feature) + ", in " + feature.unit();
      statement.execute(
          "COMMENT ON COLUMN %s.%s IS '%s'"
              .formatted(view, feature.name(), text.replace("'", "''")));
    }
  }

  private static String over(FeatureDescription feature) {
    return feature.window() == null ? "" : ", over " + feature.window();
  }
}
