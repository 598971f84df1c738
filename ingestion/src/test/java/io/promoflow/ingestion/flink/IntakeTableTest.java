package io.promoflow.ingestion.flink;

import static io.promoflow.ingestion.flink.RawEvents.CLOCK;
import static io.promoflow.ingestion.flink.RawEvents.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.store.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The counts that people read, on a real PostgreSQL. */
class IntakeTableTest {
  private static final int EVENTS = 60_000;
  private static EmbeddedPostgres postgres;
  private static IngestionOptions options;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    options =
        IngestionOptions.from(RawEvents.settings(postgres.getJdbcUrl("postgres", "postgres")));
    Store.migrate(options.connections().postgres(), "ingestion");
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  /** Two of three are good, one of them repeats the one before, every third is no JSON. */
  static RawRecord event(long i) {
    String id = i % 6 == 4 ? "e" + (i - 1) : "e" + i;
    return i % 3 == 2
        ? RawEvents.record("{" + i, i)
        : RawEvents.record(RawEvents.viewed(id, "ada", NOON), i);
  }

  @Test
  void totalsAreExactAfterAFailureAndARestore() throws Exception {
    FailOnce.FAILED.set(false);
    runJob(true);
    assertThat(FailOnce.FAILED).isTrue();
    assertTotals();
  }

  /** A job that is started anew, without state, counts anew: the table shows that job. */
  @Test
  void aJobWithoutStateStartsTheTableAnew() throws Exception {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(
          "insert into ingestion.intake_counts values ('rejected', 'TOO_OLD', '', 77, now())"
              + " on conflict (outcome, reason, event_type) do update set events = 77");
    }
    runJob(false);
    assertTotals();
  }

  @Test
  void everyTableAndColumnIsExplained() throws Exception {
    assertThat(
            number(
                """
                select count(*) from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
                where n.nspname = 'ingestion' and c.relkind in ('r', 'v')
                  and c.relname <> 'migrations'
                  and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)"""))
        .isZero();
  }

  private static void runJob(boolean failing) throws Exception {
    var configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    var env = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    JobEnvironment.configure(env, RawEvents.settings("jdbc:postgresql://unused/x"));
    env.setParallelism(2);
    env.enableCheckpointing(20);
    DataStream<RawRecord> raw =
        env.fromSequence(0, EVENTS - 1)
            .map(IntakeTableTest::event)
            .returns(TypeInformation.of(RawRecord.class))
            .setParallelism(1);
    if (failing) {
      raw = raw.map(new FailOnce()).setParallelism(1);
    }
    var out = IngestionJob.pipeline(raw, options, CLOCK);
    out.events().sinkTo(new DiscardingSink<>());
    out.counts()
        .sinkTo(IntakeTable.sink(options.connections().postgres(), CLOCK))
        .setParallelism(1);
    env.execute();
  }

  private static void assertTotals() throws SQLException {
    var ids = new HashSet<String>();
    long rejected = 0;
    for (long i = 0; i < EVENTS; i++) {
      if (i % 3 == 2) {
        rejected++;
      } else {
        ids.add(i % 6 == 4 ? "e" + (i - 1) : "e" + i);
      }
    }
    assertThat(number("select events_in from ingestion.intake")).isEqualTo(EVENTS);
    assertThat(number("select accepted from ingestion.intake")).isEqualTo(ids.size());
    assertThat(number("select lines from ingestion.intake")).isEqualTo(ids.size());
    assertThat(number("select rejected from ingestion.intake")).isEqualTo(rejected);
    assertThat(number("select events from ingestion.rejections where reason = 'NOT_JSON'"))
        .isEqualTo(rejected);
    assertThat(number("select duplicate from ingestion.intake"))
        .isEqualTo(EVENTS - ids.size() - rejected);
    assertThat(number("select count(*) from ingestion.intake where balanced")).isEqualTo(1);
  }

  private static Connection connect() throws SQLException {
    return postgres.getPostgresDatabase().getConnection();
  }

  private static long number(String query) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Fails the job once, some events after a completed checkpoint. */
  private static final class FailOnce extends RichMapFunction<RawRecord, RawRecord>
      implements CheckpointListener {
    private static final long serialVersionUID = 1L;
    static final AtomicBoolean FAILED = new AtomicBoolean();
    private static final int EVENTS_AFTER_CHECKPOINT = 500;
    private transient boolean covered;
    private transient int after;

    @Override
    public RawRecord map(RawRecord record) {
      if (covered && ++after == EVENTS_AFTER_CHECKPOINT && FAILED.compareAndSet(false, true)) {
        throw new IllegalStateException("a planned failure");
      }
      return record;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      covered = true;
    }
  }
}
