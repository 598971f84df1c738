package io.promoflow.deploy.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.jdbc.JdbcConnectionOptions;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.core.datastream.sink.JdbcSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Rival: the job that the documentation of Flink leads to. */
final class TextbookSide {
  static final String NAME = "textbook job";
  static final String CONFIGURATION =
      "KafkaSource, ObjectMapper, SlidingEventTimeWindows with AggregateFunction, JdbcSink upsert"
          + " with batches of 1000 every 200 ms, hashmap state, checkpoints every second";
  static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS textbook (
        shopper text, ends timestamptz, views bigint, net bigint, gross bigint,
        PRIMARY KEY (shopper, ends))
      """;
  static final String COUNT = "SELECT count(*) FROM textbook WHERE ends <= ?";
  static final String TOTALS =
      "SELECT count(*), sum(views), sum(net), sum(gross) FROM textbook WHERE ends <= ?";
  private static final String UPSERT =
      """
      INSERT INTO textbook (shopper, ends, views, net, gross) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (shopper, ends) DO UPDATE SET views = excluded.views, net = excluded.net,
        gross = excluded.gross
      """;
  private static final int BATCH = 1_000;
  private static final long INTERVAL_MILLIS = 200;
  private static final int RETRIES = 5;

  private TextbookSide() {}

  static void define(StreamExecutionEnvironment env, ConnectionOptions options, Load load) {
    var source =
        KafkaSource.<ShopEvent>builder()
            .setBootstrapServers(options.kafkaServers())
            .setTopics(options.topics().shopEvents())
            .setGroupId("textbook")
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setValueOnlyDeserializer(new Reader())
            .build();
    var watermarks =
        WatermarkStrategy.<ShopEvent>forBoundedOutOfOrderness(Duration.ofSeconds(10))
            .withTimestampAssigner((event, recorded) -> event.at().toEpochMilli());
    WindowSide.rows(env.fromSource(source, watermarks, "shop events"), load)
        .sinkTo(sink(options.postgres()))
        .name("table");
  }

  private static Sink<WindowRow> sink(Postgres postgres) {
    return JdbcSink.<WindowRow>builder()
        .withQueryStatement(
            UPSERT,
            (statement, row) -> {
              statement.setString(1, row.shopper());
              statement.setTimestamp(2, new Timestamp(row.end()));
              statement.setLong(3, row.views());
              statement.setLong(4, row.net());
              statement.setLong(5, row.gross());
            })
        .withExecutionOptions(
            JdbcExecutionOptions.builder()
                .withBatchSize(BATCH)
                .withBatchIntervalMs(INTERVAL_MILLIS)
                .withMaxRetries(RETRIES)
                .build())
        .buildAtLeastOnce(
            new JdbcConnectionOptions.JdbcConnectionOptionsBuilder()
                .withUrl(postgres.url())
                .withDriverName("org.postgresql.Driver")
                .withUsername(postgres.user())
                .withPassword(postgres.password())
                .build());
  }

  private static final class Reader extends AbstractDeserializationSchema<ShopEvent> {
    private static final long serialVersionUID = 1L;
    private static final ObjectMapper MAPPER =
        new ObjectMapper().registerModule(new JavaTimeModule());

    @Override
    public ShopEvent deserialize(byte[] bytes) throws IOException {
      return MAPPER.readValue(bytes, ShopEvent.class);
    }
  }
}
