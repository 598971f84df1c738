package io.promoflow.deploy.bench;

import static io.promoflow.ingestion.store.BulkTable.column;
import static io.promoflow.ingestion.store.BulkTable.key;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.BulkTable;
import io.promoflow.ingestion.store.BulkWriter;
import io.promoflow.ingestion.store.ColumnType;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Two ways to upsert rows of seven plain columns into PostgreSQL: our batches, and the JDBC
 * driver's with {@code reWriteBatchedInserts}. Both start with a fresh table that holds every
 * second key, and take rows that lie ready in memory.
 */
public final class WriteSides {
  /** The rival's batch sizes; the best one is found at the first run and used from then on. */
  public static final List<Integer> RIVAL_BATCHES = List.of(500, 1_000, 5_000);

  public static final String OURS = "bench_writes_ours";
  public static final String RIVALS = "bench_writes_rival";

  /** Runs per batch size of which the median tells the best size. */
  private static final int TRIES = 3;

  private static final double NANOS = 1e9;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static volatile int bestRivalBatch;

  private record Row(
      String id, Instant at, long cents, long pieces, double rate, double spread, String label) {}

  private WriteSides() {}

  /** Rows per second of our batches, as the sink writes them. */
  public static double ours(String jdbcUrl, String user, String password, int rows, long seed)
      throws Exception {
    return ours(jdbcUrl, user, password, rows, seed, BulkWriter.SESSIONS);
  }

  /** Rows per second of our batches with a number of sessions; the rival has one. */
  public static double ours(
      String jdbcUrl, String user, String password, int rows, long seed, int sessions)
      throws Exception {
    List<Row> data = rows(rows, seed);
    prepare(jdbcUrl, user, password, OURS, data);
    var table =
        BulkTable.of(
            OURS,
            key("id", ColumnType.TEXT),
            column("at", ColumnType.TIMESTAMPTZ),
            column("cents", ColumnType.INT8),
            column("pieces", ColumnType.INT8),
            column("rate", ColumnType.FLOAT8),
            column("spread", ColumnType.FLOAT8),
            column("label", ColumnType.TEXT));
    try (var writer =
        new BulkWriter<Row>(
            new Postgres(jdbcUrl, user, password),
            table,
            (to, row) ->
                to.text(row.id())
                    .timestamptz(row.at())
                    .int8(row.cents())
                    .int8(row.pieces())
                    .float8(row.rate())
                    .float8(row.spread())
                    .text(row.label()),
            sessions)) {
      long start = System.nanoTime();
      for (Row row : data) {
        writer.add(row);
        if (writer.isFull()) {
          writer.flush();
        }
      }
      writer.flush();
      return rows * NANOS / (System.nanoTime() - start);
    }
  }

  /** Rows per second of the driver's batches, of the best size of {@link #RIVAL_BATCHES}. */
  public static double rival(String jdbcUrl, String user, String password, int rows, long seed)
      throws SQLException {
    if (bestRivalBatch == 0) {
      bestRivalBatch = bestRivalBatch(jdbcUrl, user, password, rows, seed);
    }
    return rival(jdbcUrl, user, password, rows, seed, bestRivalBatch);
  }

  /** The size with the greatest median; the best of single runs would be the luckiest one. */
  private static int bestRivalBatch(
      String jdbcUrl, String user, String password, int rows, long seed) throws SQLException {
    int best = 0;
    double most = 0;
    for (int batch : RIVAL_BATCHES) {
      var tries = new double[TRIES];
      for (int i = 0; i < TRIES; i++) {
        tries[i] = rival(jdbcUrl, user, password, rows, seed, batch);
      }
      Arrays.sort(tries);
      if (tries[TRIES / 2] > most) {
        most = tries[TRIES / 2];
        best = batch;
      }
    }
    return best;
  }

  /** Rows per second of the driver's batches of one size. */
  public static double rival(
      String jdbcUrl, String user, String password, int rows, long seed, int batch)
      throws SQLException {
    List<Row> data = rows(rows, seed);
    prepare(jdbcUrl, user, password, RIVALS, data);
    String url = jdbcUrl + (jdbcUrl.contains("?") ? "&" : "?") + "reWriteBatchedInserts=true";
    try (Connection connection = DriverManager.getConnection(url, user, password);
        PreparedStatement upsert = connection.prepareStatement(upsert())) {
      connection.setAutoCommit(false);
      long start = System.nanoTime();
      int waiting = 0;
      for (Row row : data) {
        bind(upsert, row);
        upsert.addBatch();
        if (++waiting == batch) {
          upsert.executeBatch();
          connection.commit();
          waiting = 0;
        }
      }
      upsert.executeBatch();
      connection.commit();
      return rows * NANOS / (System.nanoTime() - start);
    }
  }

  /** The same for two tables with the same rows, in whatever order. */
  public static String checksum(String jdbcUrl, String user, String password, String table)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password);
        var statement = connection.createStatement();
        var result =
            statement.executeQuery(
                "SELECT count(*) || ' rows, ' || sum(hashtextextended(t::text, 0)::numeric) FROM "
                    + table
                    + " t")) {
      result.next();
      return result.getString(1);
    }
  }

  private static List<Row> rows(int count, long seed) {
    var random = new Random(seed);
    var rows = new ArrayList<Row>(count);
    for (int i = 0; i < count; i++) {
      rows.add(
          new Row(
              "shopper-%08x".formatted(i),
              START.plusMillis(random.nextInt()),
              random.nextInt(1_000_000),
              random.nextInt(100),
              random.nextDouble(),
              random.nextGaussian(),
              "segment-" + random.nextInt(50)));
    }
    Collections.shuffle(rows, random);
    return rows;
  }

  private static void prepare(
      String jdbcUrl, String user, String password, String table, List<Row> rows)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password);
        var statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS " + table);
      statement.execute(
          "CREATE TABLE "
              + table
              + " (id text PRIMARY KEY, at timestamptz NOT NULL, cents bigint NOT NULL,"
              + " pieces bigint NOT NULL, rate double precision NOT NULL,"
              + " spread double precision NOT NULL, label text NOT NULL)");
      try (var insert =
          connection.prepareStatement(
              "INSERT INTO " + table + " SELECT id, now(), 0, 0, 0, 0, '' FROM unnest(?) id")) {
        Object[] ids = rows.stream().limit(rows.size() / 2).map(Row::id).sorted().toArray();
        insert.setArray(1, connection.createArrayOf("text", ids));
        insert.executeUpdate();
      }
      statement.execute("VACUUM ANALYZE " + table);
      statement.execute("CHECKPOINT");
    }
  }

  private static String upsert() {
    return "INSERT INTO "
        + RIVALS
        + " (id, at, cents, pieces, rate, spread, label) VALUES (?, ?, ?, ?, ?, ?, ?)"
        + " ON CONFLICT (id) DO UPDATE SET at = excluded.at, cents = excluded.cents,"
        + " pieces = excluded.pieces, rate = excluded.rate, spread = excluded.spread,"
        + " label = excluded.label";
  }

  private static void bind(PreparedStatement upsert, Row row) throws SQLException {
    upsert.setString(1, row.id());
    upsert.setTimestamp(2, Timestamp.from(row.at()));
    upsert.setLong(3, row.cents());
    upsert.setLong(4, row.pieces());
    upsert.setDouble(5, row.rate());
    upsert.setDouble(6, row.spread());
    upsert.setString(7, row.label());
  }
}
