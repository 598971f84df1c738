package io.promoflow.features.flink;

import static io.promoflow.features.Cast.ADA;
import static io.promoflow.features.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.Cast;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job's own pipeline into a real PostgreSQL. */
class FeatureTablesTest {
  private static EmbeddedPostgres server;
  private static Postgres postgres;
  private static FeatureOptions options;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    postgres = new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
    options =
        FeatureOptions.from(
            Settings.of(
                Map.of(
                    "kafka.bootstrap-servers", "unused",
                    "postgres.url", postgres.url(),
                    "features.windows", "PT1H,P1D",
                    "features.slide", "PT10M")));
    FeatureTables.migrate(postgres, options.engines());
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static String text(String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  @Test
  void rowsHistoryAndExamplesAreWrittenAndReadable() throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    JobEnvironment.configure(env, Settings.of(Map.of("flink.parallelism", "2")));
    var events =
        env.fromData(
                Cast.view("e1", NOON, "p1", "tea"),
                Cast.order("e2", NOON.plusSeconds(60), "o1", 1_000, 100L),
                Cast.view("e3", NOON.plus(Duration.ofDays(1)), "p2", "tea"))
            .assignTimestampsAndWatermarks(FeatureJob.watermarks(options));
    var out = FeatureJob.pipeline(events, options);
    var rows = FeatureJob.rows(out.vectors(), options.engine());
    rows.sinkTo(FeatureTables.latest(postgres));
    rows.sinkTo(FeatureTables.history(postgres));
    out.examples().sinkTo(FeatureTables.examples(postgres));
    FeatureJob.health(out.vectors(), options.engine()).sinkTo(FeatureTables.health(postgres));
    env.execute();

    assertThat(text("SELECT spend_cents_24h FROM features.shopper_features_wide")).isEqualTo("0");
    assertThat(
            text(
                "SELECT max((features ->> 'spend_cents_24h')::numeric) FROM"
                    + " features.shopper_feature_history"))
        .isEqualTo("900");
    assertThat(
            text(
                "SELECT categories ->> 'preferred_category_1h' FROM features.shopper_feature_history ORDER BY as_of"))
        .isEqualTo("tea");
    assertThat(
            text(
                "SELECT rows || ' ' || missing_share || ' ' || greatest FROM features.feature_health"
                    + " WHERE feature = 'spend_cents_24h' ORDER BY day"))
        .isEqualTo("2 0 900");
    assertThat(text("SELECT count(*) FROM models.training_examples WHERE NOT ordered"))
        .isNotEqualTo("0");
  }

  @Test
  void aBackfillOfFilesWritesTheHistoryOfTheSpanThatItWasAskedFor(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("taobao.csv");
    // two shoppers; the first one's second view is of the next day
    Files.writeString(file, "1,10,7,pv,1767614400\n2,10,7,buy,1767614400\n1,11,7,pv,1767700800\n");
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    BackfillJob.define(
        env,
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers", "unused",
                "postgres.url", postgres.url(),
                "ingestion.pseudonym.key", "a-key-of-sixteen-letters",
                "features.windows", "PT1H,P1D",
                "features.slide", "PT10M",
                "features.backfill.mapping", "taobao",
                "features.backfill.files", file.toString(),
                "features.backfill.scratch", "true",
                "features.backfill.from", "2026-01-05T12:00:00Z",
                "features.backfill.until", "2026-01-06T12:10:00Z")));
    env.execute();
    assertThat(
            text(
                "SELECT string_agg(as_of at time zone 'UTC' || ' ' || (features ->> 'views_24h'), ', '"
                    + " ORDER BY as_of) FROM features.recomputed_features"
                    + " WHERE (features ->> 'orders_24h')::numeric = 0"
                    + " AND shopper_id IN (SELECT shopper_id FROM features.recomputed_features"
                    + " WHERE (features ->> 'views_24h')::numeric > 0)"))
        .isEqualTo("2026-01-05 12:10:00 1, 2026-01-05 13:10:00 1, 2026-01-06 12:10:00 1");
  }

  @Test
  void everyTableAndColumnHasAComment() throws Exception {
    assertThat(
            text(
                """
                SELECT string_agg(c.relname || '.' || a.attname, ', ')
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                WHERE (n.nspname = 'features' OR c.relname = 'training_examples')
                  AND c.relkind = 'r' AND c.relname <> 'migrations'
                  AND col_description(c.oid, a.attnum) IS NULL
                """))
        .isNull();
  }

  @Test
  void theClockShowsWhatACheckpointCoversAndNeverGoesBack() throws Exception {
    var sink = new EventTimeClockSink<String>(postgres, "test");
    try (var writer = sink.createWriter(null);
        var committer = sink.createCommitter(null)) {
      writer.writeWatermark(
          new org.apache.flink.api.common.eventtime.Watermark(NOON.toEpochMilli() - 1));
      Collection<Long> atBarrier = writer.prepareCommit();
      assertThat(text("SELECT at FROM features.event_time_clock WHERE name = 'test'")).isNull();
      committer.commit(requests(atBarrier));
      committer.commit(requests(List.of(NOON.minusSeconds(60).toEpochMilli())));
      assertThat(
              text("SELECT at = '" + NOON + "' FROM features.event_time_clock WHERE name = 'test'"))
          .isEqualTo("t");
      assertThat(writer.prepareCommit()).as("no news, nothing to commit").isEmpty();
    }
    assertThat(ADA).isNotEmpty();
  }

  private static Collection<CommitRequest<Long>> requests(Collection<Long> values) {
    return values.stream().<CommitRequest<Long>>map(FixedRequest::new).toList();
  }

  /** A commit that was asked for once. */
  private record FixedRequest(Long value) implements CommitRequest<Long> {
    @Override
    public Long getCommittable() {
      return value;
    }

    @Override
    public int getNumberOfRetries() {
      return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable t) {
      throw new IllegalStateException(t);
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable t) {
      throw new IllegalStateException(t);
    }

    @Override
    public void retryLater() {
      throw new IllegalStateException("not expected");
    }

    @Override
    public void updateAndRetryLater(Long committable) {
      throw new IllegalStateException("not expected");
    }

    @Override
    public void signalAlreadyCommitted() {
      throw new IllegalStateException("not expected");
    }
  }
}
