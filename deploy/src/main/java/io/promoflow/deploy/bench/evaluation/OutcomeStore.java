package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedStore;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.ResultBook;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.Strata;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL with an experiment's exposures and outcomes, as a warehouse holds them, and with the
 * results that the job keeps of the same records.
 */
final class OutcomeStore implements AutoCloseable {
  private static final int BATCH = 10_000;

  private final EmbeddedStore store;

  private OutcomeStore(EmbeddedStore store) {
    this.store = store;
  }

  /** So many outcomes, about seven of each shopper. */
  static OutcomeStore filled(Path folder, int shoppers, int outcomes) throws Exception {
    var data = new DataFolder(folder.resolve("store-" + outcomes));
    data.wipe();
    var filled = new OutcomeStore(EmbeddedStore.start(data));
    Store.migrate(filled.postgres(), "evaluation");
    filled.fill(shoppers, outcomes);
    return filled;
  }

  Postgres postgres() {
    return store.postgres();
  }

  static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, "postgres", "postgres");
  }

  private void fill(int shoppers, int outcomes) throws SQLException {
    try (Connection connection = connect(postgres().url());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE exposures (shopper_id int PRIMARY KEY, variant text, at timestamptz)");
      statement.execute(
          "CREATE TABLE outcomes (shopper_id int, at timestamptz, gross_cents bigint,"
              + " discount_cents bigint)");
      connection.setAutoCommit(false);
      var made = ShopperOutcomes.of(shoppers, outcomes);
      expose(connection, made.exposures());
      order(connection, made.orders());
      keep(connection, made.cells(Duration.ZERO));
      connection.commit();
      connection.setAutoCommit(true);
      statement.execute("CREATE INDEX ON outcomes (shopper_id, at)");
      statement.execute("VACUUM ANALYZE");
    }
  }

  private static void expose(Connection connection, List<Exposure> exposures) throws SQLException {
    try (PreparedStatement row =
        connection.prepareStatement("INSERT INTO exposures VALUES (?, ?, ?)")) {
      for (int i = 0; i < exposures.size(); i++) {
        var first = exposures.get(i).first();
        row.setInt(1, i);
        row.setString(2, first.variant());
        row.setObject(3, Instant.ofEpochMilli(first.atMillis()).atOffset(ZoneOffset.UTC));
        add(row, i);
      }
      row.executeBatch();
    }
  }

  private static void order(Connection connection, List<ShopperOutcomes.Order> orders)
      throws SQLException {
    try (PreparedStatement row =
        connection.prepareStatement("INSERT INTO outcomes VALUES (?, ?, ?, ?)")) {
      for (int i = 0; i < orders.size(); i++) {
        Outcome placed = orders.get(i).placed();
        row.setInt(1, orders.get(i).shopper());
        row.setObject(2, Instant.ofEpochMilli(placed.atMillis()).atOffset(ZoneOffset.UTC));
        row.setLong(3, placed.grossCents());
        row.setLong(4, placed.discountCents());
        add(row, i);
      }
      row.executeBatch();
    }
  }

  private static void add(PreparedStatement row, int number) throws SQLException {
    row.addBatch();
    if (number % BATCH == BATCH - 1) {
      row.executeBatch();
    }
  }

  /** What the job writes of these sums, by its own classes. */
  private static void keep(Connection connection, Map<String, CellSums> cells) throws SQLException {
    String sql =
        "INSERT INTO evaluation.experiment_results (experiment, variant, control, metric, segment,"
            + " units, control_units, mean, control_mean, variance, control_variance,"
            + " contaminated_units, updated_event_time, written_at_wall)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, now(), now())";
    try (PreparedStatement row = connection.prepareStatement(sql)) {
      var book = new ResultBook(ShopperOutcomes.EXPERIMENT, ShopperOutcomes.CONTROL, 0.05, 1_000);
      for (ResultRow one :
          book.rows(
              Map.of(Exposure.NO_SEGMENT, Strata.ofOneDraw(cells)),
              ShopperOutcomes.START,
              ShopperOutcomes.START)) {
        if (one.segment().equals(ResultRow.ALL_SEGMENTS)) {
          Object[] values = {
            one.experiment(), one.variant(), one.control(), one.metric(), one.segment(),
            one.units(), one.controlUnits(), one.mean(), one.controlMean(), one.variance(),
            one.controlVariance()
          };
          for (int i = 0; i < values.length; i++) {
            row.setObject(i + 1, values[i]);
          }
          row.executeUpdate();
        }
      }
    }
  }

  @Override
  public void close() throws Exception {
    store.close();
  }
}
