package io.promoflow.ingestion.store;

import static io.promoflow.ingestion.store.BulkTable.column;
import static io.promoflow.ingestion.store.BulkTable.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches on a real PostgreSQL. */
class BulkWriterTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final BulkTable SHOPPERS =
      BulkTable.of(
          "shoppers",
          key("id", ColumnType.TEXT),
          column("at", ColumnType.TIMESTAMPTZ),
          column("cents", ColumnType.INT8),
          column("note", ColumnType.TEXT));
  private static final BulkWriter.Binder<Shopper> BINDER =
      (row, shopper) ->
          row.text(shopper.id())
              .timestamptz(shopper.at())
              .int8(shopper.cents())
              .text(shopper.note());

  private static EmbeddedPostgres server;
  private static Postgres postgres;

  private record Shopper(String id, Instant at, Long cents, String note) {
    static Shopper of(String id, long cents) {
      return new Shopper(id, NOON, cents, "");
    }

    static Shopper at(Instant at, long cents) {
      return new Shopper("ada", at, cents, "");
    }
  }

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    postgres = new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void emptyTables() throws SQLException {
    execute(
        "DROP TABLE IF EXISTS shoppers",
        "CREATE TABLE shoppers (id text PRIMARY KEY, at timestamptz, cents integer CHECK (cents"
            + " < 1000000), note text)");
  }

  @Test
  void newRowsAreInsertedAndKnownOnesReplaced() throws Exception {
    write(SHOPPERS, Shopper.of("ada", 1), Shopper.of("bob", 2));
    write(SHOPPERS, Shopper.of("bob", 3), Shopper.of("eve", 4));
    assertThat(table()).containsExactly("ada 1", "bob 3", "eve 4");
  }

  @Test
  void theLastRowOfAKeyInABatchStands() throws Exception {
    write(SHOPPERS, Shopper.of("ada", 1), Shopper.of("bob", 9), Shopper.of("ada", 2));
    write(SHOPPERS, Shopper.of("ada", 4), Shopper.of("ada", 3));
    assertThat(table()).containsExactly("ada 3", "bob 9");
  }

  @Test
  void theFirstRowOfAKeyStandsWhenItIsKept() throws Exception {
    write(SHOPPERS.keepFirst(), Shopper.of("ada", 1), Shopper.of("ada", 2));
    write(SHOPPERS.keepFirst(), Shopper.of("ada", 3), Shopper.of("bob", 4));
    assertThat(table()).containsExactly("ada 1", "bob 4");
  }

  @Test
  void theNewestRowOfAKeyStandsInABatchAndAcrossBatches() throws Exception {
    BulkTable newest = SHOPPERS.keepNewest("at");
    write(newest, Shopper.at(NOON, 1), Shopper.at(NOON.plusMillis(1), 2), Shopper.at(NOON, 3));
    assertThat(table()).containsExactly("ada 2");
    write(newest, Shopper.at(NOON, 4));
    assertThat(table()).as("an older row changes nothing").containsExactly("ada 2");
    write(newest, Shopper.at(NOON.plusMillis(1), 5), Shopper.at(NOON.plusMillis(1), 6));
    assertThat(table()).as("of equals the later one").containsExactly("ada 6");
  }

  @Test
  void theOrderOfArrivalHoldsForRowsOfVeryDifferentSizes() throws Exception {
    var random = new Random(1);
    var rows = new ArrayList<Shopper>();
    for (int i = 0; i < 2_000; i++) {
      rows.add(new Shopper("ada", NOON, (long) i, "x".repeat(random.nextInt(6_000))));
    }
    write(SHOPPERS, rows.toArray(Shopper[]::new));
    assertThat(table()).containsExactly("ada 1999");
  }

  @Test
  void everyTextComesBackAsItWas() throws Exception {
    List<String> nasty =
        List.of(
            "",
            "\t",
            "a\nb\r\nc",
            "\\N",
            "\\.",
            "back\\slash\\",
            "'single' \"double\" ''",
            "{\"a\": [1, 2]}",
            "é ß 漢字 \uD83D\uDED2 \u007F \u0080 \u07FF \u0800 \uFFFF \uDBFF\uDFFF",
            "x".repeat(200_000));
    var rows = new ArrayList<Shopper>();
    for (int i = 0; i < nasty.size(); i++) {
      rows.add(
          new Shopper(
              "k" + i + nasty.get(i).substring(0, Math.min(9, nasty.get(i).length())),
              NOON,
              (long) i,
              nasty.get(i)));
    }
    write(SHOPPERS, rows.toArray(Shopper[]::new));
    assertThat(strings("SELECT note FROM shoppers ORDER BY cents")).isEqualTo(nasty);
    assertThat(strings("SELECT id FROM shoppers ORDER BY cents"))
        .isEqualTo(rows.stream().map(Shopper::id).toList());
  }

  @Test
  void nullIsNotTheEmptyText() throws Exception {
    write(SHOPPERS, new Shopper("ada", null, null, null), new Shopper("bob", NOON, 0L, ""));
    assertThat(
            strings(
                "SELECT (at IS NULL) || ' ' || (cents IS NULL) || ' ' || (note IS NULL) FROM shoppers ORDER BY id"))
        .containsExactly("true true true", "false false false");
  }

  @Test
  void everyTypeComesBackAsItWas() throws Exception {
    execute(
        "DROP TABLE IF EXISTS every_type",
        "CREATE TABLE every_type (id bigint PRIMARY KEY, at timestamptz, share double precision,"
            + " ok boolean, body jsonb, vector double precision[])");
    var table =
        BulkTable.of(
            "every_type",
            key("id", ColumnType.INT8),
            column("at", ColumnType.TIMESTAMPTZ),
            column("share", ColumnType.FLOAT8),
            column("ok", ColumnType.BOOL),
            column("body", ColumnType.JSONB),
            column("vector", ColumnType.FLOAT8_ARRAY));
    Instant odd = Instant.parse("1969-12-31T23:59:59.123456789Z");
    try (var writer =
        new BulkWriter<Long>(
            postgres,
            table,
            (row, id) -> {
              if (id == Long.MIN_VALUE) {
                row.int8(id).timestamptz(odd).float8(Double.MIN_VALUE).bool(true);
                row.jsonb(Map.of("a\t", List.of(1, "\\\""))).float8Array(new double[] {1.5, -0.1});
              } else if (id == 0) {
                row.int8(id).timestamptz(NOON).float8(Double.NaN).bool(false);
                row.jsonb("text").float8Array(new double[0]);
              } else {
                row.int8(id).timestamptz(null).float8((Double) null).bool((Boolean) null);
                row.jsonb(null).float8Array(null);
              }
            })) {
      writer.add(Long.MIN_VALUE);
      writer.add(0L);
      writer.add(Long.MAX_VALUE);
      writer.flush();
    }
    try (var connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT * FROM every_type ORDER BY id")) {
      rows.next();
      assertThat(rows.getLong(1)).isEqualTo(Long.MIN_VALUE);
      assertThat(rows.getObject(2, OffsetDateTime.class).toInstant())
          .isEqualTo(Instant.parse("1969-12-31T23:59:59.123457Z"));
      assertThat(rows.getDouble(3)).isEqualTo(Double.MIN_VALUE);
      assertThat(rows.getBoolean(4)).isTrue();
      assertThat(rows.getString(5)).isEqualTo("{\"a\\t\": [1, \"\\\\\\\"\"]}");
      assertThat((Double[]) rows.getArray(6).getArray()).containsExactly(1.5, -0.1);
      rows.next();
      assertThat(rows.getDouble(3)).isNaN();
      assertThat(rows.getString(5)).isEqualTo("\"text\"");
      assertThat((Double[]) rows.getArray(6).getArray()).isEmpty();
      rows.next();
      assertThat(rows.getLong(1)).isEqualTo(Long.MAX_VALUE);
      for (int column = 2; column <= 6; column++) {
        assertThat(rows.getObject(column)).isNull();
      }
    }
  }

  @Test
  void aBatchIsFullByRowsOrByBytes() throws Exception {
    try (var writer = new BulkWriter<Shopper>(postgres, SHOPPERS, BINDER)) {
      int rows = 0;
      while (!writer.isFull()) {
        writer.add(Shopper.of("s" + rows++, 1));
      }
      assertThat(rows).isEqualTo(20_000);
      writer.flush();
      assertThat(writer.rows()).isZero();
      int wide = 0;
      while (!writer.isFull()) {
        writer.add(new Shopper("w" + wide++, NOON, 1L, "x".repeat(100_000)));
      }
      assertThat(wide).isBetween(80, 90);
      writer.flush();
      assertThat(strings("SELECT count(*) FROM shoppers")).containsExactly("" + (rows + wide));
    }
  }

  /** Big enough for two sessions: the rows of a key stay in order. */
  @Test
  void aBigBatchWithRepeatedKeysEndsLikeRowByRow() throws Exception {
    var random = new Random(2);
    var last = new TreeMap<String, String>();
    try (var writer = new BulkWriter<Shopper>(postgres, SHOPPERS, BINDER)) {
      for (int i = 0; i < 30_000; i++) {
        var row = Shopper.of("s" + random.nextInt(5_000), i);
        last.put(row.id(), row.id() + " " + i);
        writer.add(row);
        if (i % 9_000 == 0) {
          writer.flush();
        }
      }
      killSessions();
      writer.flush();
      assertThat(writer.retries()).isEqualTo(2);
    }
    assertThat(table()).containsExactlyInAnyOrderElementsOf(last.values());
  }

  @Test
  void aRowThatIsRefusedInABigBatchIsNamed() throws Exception {
    for (int seed = 0; seed < 4; seed++) {
      try (var writer = new BulkWriter<Shopper>(postgres, SHOPPERS, BINDER)) {
        for (int i = 0; i < 5_000; i++) {
          writer.add(Shopper.of("s" + i, i == seed ? 1_000_000 : i));
        }
        assertThatThrownBy(writer::flush)
            .isInstanceOf(IOException.class)
            .hasMessageContainingAll("shoppers_cents_check", "s" + seed);
      }
    }
  }

  @Test
  void aKilledConnectionIsReplacedAndTheBatchSentAgain() throws Exception {
    try (var writer = new BulkWriter<Shopper>(postgres, SHOPPERS, BINDER)) {
      writer.add(Shopper.of("ada", 1));
      killSessions();
      writer.flush();
      writer.add(Shopper.of("ada", 2));
      writer.flush();
      assertThat(writer.retries()).isEqualTo(1);
    }
    assertThat(table()).containsExactly("ada 2");
  }

  /** The merge waits for a lock when its session dies. */
  @Test
  void aConnectionThatIsKilledDuringTheMergeLosesNothing() throws Exception {
    write(SHOPPERS, Shopper.of("bob", 1));
    var threads = Executors.newSingleThreadExecutor();
    try (var blocker = connect();
        var writer = new BulkWriter<Shopper>(postgres, SHOPPERS, BINDER)) {
      blocker.setAutoCommit(false);
      try (var statement = blocker.createStatement()) {
        statement.execute("SELECT * FROM shoppers WHERE id = 'bob' FOR UPDATE");
      }
      writer.add(Shopper.of("ada", 5));
      writer.add(Shopper.of("bob", 6));
      Future<?> flush =
          threads.submit(
              () -> {
                writer.flush();
                return null;
              });
      org.awaitility.Awaitility.await()
          .until(
              () ->
                  strings("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'").size()
                      == 1);
      killSessions();
      blocker.rollback();
      flush.get();
      assertThat(writer.retries()).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
    assertThat(table()).containsExactly("ada 5", "bob 6");
  }

  @Test
  void writersThatShareKeysDoNotDeadlock() throws Exception {
    var threads = Executors.newFixedThreadPool(2);
    var work = new ArrayList<Future<Long>>();
    for (int seed = 0; seed < 2; seed++) {
      var random = new Random(seed);
      work.add(threads.submit(() -> shuffledBatches(random)));
    }
    for (Future<Long> each : work) {
      assertThat(each.get()).as("retries").isZero();
    }
    threads.shutdown();
    assertThat(strings("SELECT count(*) FROM shoppers")).containsExactly("3000");
  }

  private static long shuffledBatches(Random random) throws Exception {
    var ids = new ArrayList<Integer>();
    for (int i = 0; i < 3_000; i++) {
      ids.add(i);
    }
    try (var writer = new BulkWriter<Shopper>(postgres, SHOPPERS, BINDER)) {
      for (int batch = 0; batch < 20; batch++) {
        Collections.shuffle(ids, random);
        for (int id : ids) {
          writer.add(Shopper.of("s" + id, batch));
        }
        writer.flush();
      }
      return writer.retries();
    }
  }

  @Test
  void aServerThatStaysAwayFailsTheWriterWithTheTable() {
    var nowhere = new Postgres("jdbc:postgresql://127.0.0.1:1/none", "ada", "hidden-word");
    assertThatThrownBy(() -> new BulkWriter<Shopper>(nowhere, SHOPPERS, BINDER))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("shoppers", "after 5 retries", "refused")
        .message()
        .doesNotContain("hidden-word");
  }

  @Test
  void aWrongDeclarationIsRefusedAtTheStart() {
    assertThatThrownBy(() -> writer("shoppers", "id", "colour"))
        .hasMessageContainingAll("shoppers", "column \"colour\"", "does not exist");
    assertThatThrownBy(() -> writer("nobody", "id", "note"))
        .hasMessageContainingAll("relation \"nobody\" does not exist");
    assertThatThrownBy(() -> writer("shoppers", "note", "id"))
        .as("a key that is not unique")
        .hasMessageContainingAll("shoppers", "no unique or exclusion constraint");
    assertThatThrownBy(() -> writer("shoppers", "id", "at"))
        .as("a text for a moment")
        .hasMessageContainingAll("shoppers", "column \"at\" is of type timestamp");
    assertThatThrownBy(() -> BulkTable.of("t", column("a", ColumnType.TEXT)))
        .hasMessage("t has no key column");
    assertThatThrownBy(
            () -> BulkTable.of("t", column("a", ColumnType.TEXT), key("b", ColumnType.TEXT)))
        .hasMessage("t: the key columns come first");
    assertThatThrownBy(() -> SHOPPERS.keepNewest("age"))
        .hasMessage("shoppers has no plain column age");
  }

  private static void writer(String table, String key, String column) throws Exception {
    var declared = BulkTable.of(table, key(key, ColumnType.TEXT), column(column, ColumnType.TEXT));
    new BulkWriter<Shopper>(postgres, declared, BINDER).close();
  }

  @Test
  void aRowThatTheTableRefusesIsNamed() throws Exception {
    try (var writer = new BulkWriter<Shopper>(postgres, SHOPPERS, BINDER)) {
      writer.add(Shopper.of("ada", 1));
      writer.add(Shopper.of("bob", 1_000_000));
      assertThatThrownBy(writer::flush)
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("2 rows to shoppers", "shoppers_cents_check", "bob");
      assertThat(writer.retries()).isZero();
    }
    assertThat(table()).as("all of a batch or nothing").isEmpty();
  }

  @Test
  void aRowThatCannotBeEncodedIsRefusedByTableAndColumn() throws Exception {
    try (var writer = new BulkWriter<Shopper>(postgres, SHOPPERS, BINDER)) {
      assertThatThrownBy(() -> writer.add(new Shopper("ada", NOON, 1L, "a\0b")))
          .hasMessageContaining("shoppers.note holds U+0000");
      assertThatThrownBy(() -> writer.add(new Shopper("a\uD800", NOON, 1L, "")))
          .hasMessageContaining("shoppers.id holds U+0000 or half a surrogate pair");
      writer.add(Shopper.of("bob", 1));
      writer.flush();
    }
    assertThat(table()).as("the refused rows left nothing behind").containsExactly("bob 1");
    try (var writer =
        new BulkWriter<Shopper>(postgres, SHOPPERS, (row, s) -> row.text(s.id()).text(s.note()))) {
      assertThatThrownBy(() -> writer.add(Shopper.of("ada", 1)))
          .hasMessage("shoppers.at is TIMESTAMPTZ, not TEXT");
    }
    try (var writer = new BulkWriter<Shopper>(postgres, SHOPPERS, (row, s) -> row.text(s.id()))) {
      assertThatThrownBy(() -> writer.add(Shopper.of("ada", 1)))
          .hasMessage("shoppers.at was not given a value");
    }
  }

  private static void write(BulkTable table, Shopper... rows) throws Exception {
    try (var writer = new BulkWriter<Shopper>(postgres, table, BINDER)) {
      for (Shopper row : rows) {
        writer.add(row);
      }
      writer.flush();
    }
  }

  private static void killSessions() throws SQLException {
    execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            + " WHERE application_name = 'promoflow shoppers'");
  }

  private static List<String> table() throws SQLException {
    return strings("SELECT id || ' ' || cents FROM shoppers ORDER BY id");
  }

  private static List<String> strings(String query) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var all = new ArrayList<String>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }

  private static void execute(String... statements) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Connection connect() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }
}
