package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedStore;
import io.promoflow.evaluation.Attribution;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.ResultBook;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.schema.ShopEventType;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A PostgreSQL with an experiment's exposures and outcomes, as a warehouse holds them, and with the
 * results that the job keeps of the same records. Made of a seed.
 */
final class OutcomeStore implements AutoCloseable {
  static final String EXPERIMENT = "bench";
  static final String TREATMENT = "ten-off";

  private static final String CONTROL = "control";
  private static final double MARGIN_SHARE = 0.3;
  private static final Duration WINDOW = Duration.ofDays(3);
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final int SECONDS_OF_EXPOSURE = 7 * 86_400;
  private static final int SECONDS_OF_OUTCOMES = 5 * 86_400;
  private static final int BATCH = 10_000;
  private static final long SEED = 20_260_105L;

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
      var random = new SplittableRandom(SEED);
      List<Exposure> exposures = expose(connection, shoppers, random);
      Map<Integer, List<Outcome>> byShopper = outcomes(connection, shoppers, outcomes, random);
      keep(connection, exposures, byShopper);
      connection.commit();
      connection.setAutoCommit(true);
      statement.execute("CREATE INDEX ON outcomes (shopper_id, at)");
      statement.execute("VACUUM ANALYZE");
    }
  }

  private static List<Exposure> expose(Connection connection, int shoppers, SplittableRandom random)
      throws SQLException {
    var exposures = new ArrayList<Exposure>();
    try (PreparedStatement row =
        connection.prepareStatement("INSERT INTO exposures VALUES (?, ?, ?)")) {
      for (int i = 0; i < shoppers; i++) {
        Instant at = START.plusSeconds(random.nextInt(SECONDS_OF_EXPOSURE));
        String variant = random.nextBoolean() ? TREATMENT : CONTROL;
        exposures.add(
            new Exposure(
                EXPERIMENT,
                new ArrayList<>(
                    List.of(
                        new Exposure.Sighting(
                            variant, Exposure.NO_SEGMENT, at.toEpochMilli(), "d" + i, 1))),
                null));
        row.setInt(1, i);
        row.setString(2, variant);
        row.setObject(3, at.atOffset(ZoneOffset.UTC));
        add(row, i);
      }
      row.executeBatch();
    }
    return exposures;
  }

  private static Map<Integer, List<Outcome>> outcomes(
      Connection connection, int shoppers, int outcomes, SplittableRandom random)
      throws SQLException {
    var byShopper = new HashMap<Integer, List<Outcome>>();
    try (PreparedStatement row =
        connection.prepareStatement("INSERT INTO outcomes VALUES (?, ?, ?, ?)")) {
      for (int i = 0; i < outcomes; i++) {
        int shopper = random.nextInt(shoppers);
        Instant at = START.plusSeconds(random.nextInt(SECONDS_OF_EXPOSURE + SECONDS_OF_OUTCOMES));
        long gross = 10L * (1 + random.nextInt(1_000)); // a margin in whole cents
        long discount = random.nextInt(4) == 0 ? gross / 10 : 0;
        byShopper
            .computeIfAbsent(shopper, id -> new ArrayList<>())
            .add(order(i, at, gross, discount));
        row.setInt(1, shopper);
        row.setObject(2, at.atOffset(ZoneOffset.UTC));
        row.setLong(3, gross);
        row.setLong(4, discount);
        add(row, i);
      }
      row.executeBatch();
    }
    return byShopper;
  }

  private static Outcome order(int number, Instant at, long gross, long discount) {
    return new Outcome(
        "e" + number,
        ShopEventType.ORDER_PLACED,
        at.toEpochMilli(),
        "o" + number,
        "p",
        1,
        gross,
        discount,
        null,
        null);
  }

  private static void add(PreparedStatement row, int number) throws SQLException {
    row.addBatch();
    if (number % BATCH == BATCH - 1) {
      row.executeBatch();
    }
  }

  /** What the job writes of these records, by its own classes. */
  private static void keep(
      Connection connection, List<Exposure> exposures, Map<Integer, List<Outcome>> byShopper)
      throws SQLException {
    var attribution = new Attribution(WINDOW.toMillis(), 0, WINDOW.toMillis(), MARGIN_SHARE);
    var cells = new HashMap<String, CellSums>();
    for (int i = 0; i < exposures.size(); i++) {
      attribution
          .contributions(exposures.get(i), byShopper.getOrDefault(i, List.of()))
          .forEach((key, sums) -> cells.merge(key.variant(), sums, CellSums::plus));
    }
    String sql =
        "INSERT INTO evaluation.experiment_results (experiment, variant, control, metric, segment,"
            + " units, control_units, mean, control_mean, variance, control_variance,"
            + " contaminated_units, updated_event_time, written_at_wall)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, now(), now())";
    try (PreparedStatement row = connection.prepareStatement(sql)) {
      var book = new ResultBook(EXPERIMENT, CONTROL, 0.05, 1_000);
      for (ResultRow one : book.rows(Map.of(Exposure.NO_SEGMENT, cells), START, START)) {
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
