package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.store.BulkWriter;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Cast;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.PriceRow;
import io.promoflow.serving.rules.ModelShadow.Versions;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Logged decisions and the features that they rested on, in a real PostgreSQL. */
final class TestLog implements BeforeEachCallback, AfterAllCallback {
  private final Postgres postgres = new Postgres();

  TestLog() {
    Store.migrate(postgres.place(), "features");
  }

  DataSource store() {
    return postgres.store();
  }

  void write(Decision... decisions) throws Exception {
    try (var writer =
        new BulkWriter<Decision>(postgres.place(), DecisionTable.TABLE, DecisionTable::bind)) {
      List.of(decisions).forEach(writer::add);
      writer.flush();
    }
  }

  void write(FeatureRow row) throws Exception {
    try (var connection = store().getConnection();
        var insert =
            connection.prepareStatement(
                "INSERT INTO features.shopper_feature_history VALUES (?, ?, ?::jsonb, ?::jsonb, ?)"
                    + " ON CONFLICT DO NOTHING")) {
      insert.setString(1, row.shopperId());
      insert.setObject(2, row.asOf().atOffset(ZoneOffset.UTC));
      insert.setString(3, Wire.text(row.values()));
      insert.setString(4, Wire.text(row.categories()));
      insert.setString(5, row.featuresVersion());
      insert.executeUpdate();
    }
  }

  void write(DualPrices prices) throws Exception {
    try (var writer = new BulkWriter<PriceRow>(postgres.place(), PriceRow.TABLE, PriceRow::bind)) {
      PriceRow.of(prices).forEach(writer::add);
      writer.flush();
    }
  }

  static RuleSet rules(long version, String text) {
    return RuleFile.parse("rules.yaml", text).asVersion(version, "ada", "", Cast.NOON);
  }

  /** Log-odds of an order = orders × {@code perOrder} + {@code intercept}. */
  static ModelVersion response(String kind, Instant windowEnd, double perOrder, double intercept) {
    String name = "response-" + kind;
    return new ModelVersion(
        name,
        name + "@" + windowEnd,
        ModelKind.LOGISTIC,
        "test",
        windowEnd.minusSeconds(1),
        windowEnd,
        List.of("orders_7d"),
        new double[] {0},
        List.of(),
        new double[] {0},
        new double[] {1},
        null,
        null,
        new double[] {perOrder},
        intercept,
        100,
        Map.of());
  }

  static Map<String, ModelVersion> byName(List<ModelVersion> models) {
    var byName = new TreeMap<String, ModelVersion>();
    models.forEach(model -> byName.put(model.name(), model));
    return byName;
  }

  static Versions knowing(List<ModelVersion> models) {
    return (name, version) ->
        models.stream()
            .filter(model -> model.name().equals(name) && model.version().equals(version))
            .findFirst();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    postgres.empty();
    try (var connection = store().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("TRUNCATE features.shopper_feature_history");
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    postgres.close();
  }
}
