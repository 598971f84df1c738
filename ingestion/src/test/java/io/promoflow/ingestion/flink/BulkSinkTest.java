package io.promoflow.ingestion.flink;

import static io.promoflow.ingestion.store.BulkTable.column;
import static io.promoflow.ingestion.store.BulkTable.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.BulkTable;
import io.promoflow.ingestion.store.ColumnType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When batches leave, on a real PostgreSQL. */
class BulkSinkTest {
  private static EmbeddedPostgres server;
  private static Postgres postgres;

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
  void emptyTable() throws SQLException {
    execute("DROP TABLE IF EXISTS visits");
    execute("CREATE TABLE visits (id bigint PRIMARY KEY, number bigint NOT NULL)");
  }

  private static Sink<Long> sink() {
    return Tables.bulk(
        postgres,
        BulkTable.of("visits", key("id", ColumnType.INT8), column("number", ColumnType.INT8)),
        (row, value) -> row.int8(value).int8(-value));
  }

  private static OneInputStreamOperatorTestHarness<Long, ?> harness() throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<>(
            new SinkWriterOperatorFactory<>(sink()), serializer());
    harness.open();
    return harness;
  }

  private static TypeSerializer<Long> serializer() {
    return Types.LONG.createSerializer(new SerializerConfigImpl());
  }

  @Test
  void rowsLeaveAtTheBarrierOfACheckpoint() throws Exception {
    try (var harness = harness()) {
      harness.processElement(1L, 0);
      assertThat(rows()).isZero();
      harness.prepareSnapshotPreBarrier(1);
      assertThat(rows()).isEqualTo(1);
    }
  }

  @Test
  void rowsLeaveAtTheEndOfTheInput() throws Exception {
    try (var harness = harness()) {
      harness.processElement(1L, 0);
      harness.endInput();
      assertThat(rows()).isEqualTo(1);
    }
  }

  @Test
  void rowsLeaveTwoHundredMillisecondsAfterTheFirstOne() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(1_000);
      harness.processElement(1L, 0);
      harness.setProcessingTime(1_199);
      harness.processElement(2L, 0);
      assertThat(rows()).isZero();
      harness.setProcessingTime(1_200);
      assertThat(rows()).isEqualTo(2);
      harness.processElement(3L, 0);
      harness.setProcessingTime(1_400);
      assertThat(rows()).isEqualTo(3);
    }
  }

  @Test
  void aFullBatchLeavesAtOnce() throws Exception {
    try (var harness = harness()) {
      for (long i = 0; i < 20_001; i++) {
        harness.processElement(i, 0);
      }
      assertThat(rows()).isEqualTo(20_000);
    }
  }

  @Test
  void rowsFlushesAndTheirTimeAreCounted() throws Exception {
    var metrics = new InterceptingOperatorMetricGroup();
    var task =
        new InterceptingTaskMetricGroup() {
          @Override
          public InternalOperatorMetricGroup getOrAddOperator(
              OperatorID id, String name, Map<String, String> variables) {
            return metrics;
          }
        };
    try (var environment = new MockEnvironmentBuilder().setMetricGroup(task).build();
        var harness =
            new OneInputStreamOperatorTestHarness<>(
                new SinkWriterOperatorFactory<>(sink()), serializer(), environment)) {
      harness.open();
      harness.processElement(1L, 0);
      harness.processElement(2L, 0);
      harness.prepareSnapshotPreBarrier(1);
      harness.prepareSnapshotPreBarrier(2);
      assertThat(count(metrics, "numRecordsSend")).isEqualTo(2);
      assertThat(count(metrics, "numBytesSend")).isEqualTo(68);
      assertThat(count(metrics, "flushes")).isEqualTo(1);
      assertThat(count(metrics, "flushMicros")).isPositive();
      assertThat(((Gauge<?>) metrics.get("flushRetries")).getValue()).isEqualTo(0L);
    }
  }

  private static long count(InterceptingOperatorMetricGroup metrics, String name) {
    return ((Counter) metrics.get(name)).getCount();
  }

  @Test
  void aReaderSeesARowWithinASecondWithoutAnyCheckpoint() throws Exception {
    var env = StreamExecutionEnvironment.createLocalEnvironment(2);
    env.fromSequence(1, Long.MAX_VALUE)
        .map(
            number -> {
              Thread.sleep(20);
              return number;
            })
        .returns(Types.LONG)
        .sinkTo(sink());
    JobClient job = env.executeAsync();
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> rows() > 0);
      long seen = rows();
      await().atMost(Duration.ofSeconds(1)).until(() -> rows() > seen);
    } finally {
      job.cancel().get();
    }
  }

  private static long rows() throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM visits WHERE number = -id")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
