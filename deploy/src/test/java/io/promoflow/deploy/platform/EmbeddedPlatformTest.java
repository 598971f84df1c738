package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Good and bad events through the real broker, the real jobs and the real store. */
class EmbeddedPlatformTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int TEN_MEGABYTES = 10_000_000;

  @Test
  void badEventsAreRejectedWithTheirReasonAndDisturbNobody(@TempDir Path folder) throws Exception {
    var plan =
        new EmbeddedPlatform.Plan(folder, Path.of(".."), Map.of("features.slide", "PT1H"), false);
    try (var platform = EmbeddedPlatform.start(plan, step -> {})) {
      try (var producer = producer(platform)) {
        send(producer, view("e1", "2026-01-05T10:10:00Z"));
        send(producer, view("e1", "2026-01-05T10:10:00Z"));
        send(producer, "{\"messageId\":\"e2\",\"event\":\"Product Vie");
        send(producer, view("e3", "2026-01-05T10:20:00Z").replace("\"p1\"", "[1]"));
        send(
            producer,
            view("e4", "2026-01-05T10:20:00Z")
                .replace("}", ",\"price\":NaN,\"currency\":\"EUR\"}"));
        send(producer, view("e5", "2026-01-05T10:20:00Z").replace("p1", "x".repeat(TEN_MEGABYTES)));
        send(producer, "[".repeat(10_000) + "]".repeat(10_000));
        send(producer, view("e6", "2026-01-05T10:20:00Z").replace("Product Viewed", "Tea Drunk"));
        send(producer, view("e7", "2026-01-05T10:20:00Z").replace("\"messageId\":\"e7\",", ""));
        send(producer, view("e8", "2099-01-05T10:20:00Z"));
        send(producer, view("e9", "2026-01-05T10:40:00Z"));
      }
      platform.awaitCaughtUp(SOON);
      assertThat(rejections(platform))
          .isEqualTo(
              Map.of(
                  "NOT_JSON", 1L,
                  "WRONG_TYPE", 1L,
                  "NOT_A_NUMBER", 1L,
                  "TOO_LARGE", 1L,
                  "TOO_DEEP", 1L,
                  "UNKNOWN_TYPE", 1L,
                  "MISSING_EVENT_ID", 1L,
                  "TOO_FAR_AHEAD", 1L));
      assertThat(number(platform, "SELECT accepted FROM ingestion.intake")).isEqualTo(2);
      assertThat(number(platform, "SELECT duplicate FROM ingestion.intake")).isEqualTo(1);
      assertThat(number(platform, "SELECT unaccounted FROM ingestion.intake")).isZero();
      assertThat(platform.flink().restarts("ingestion")).isZero();
      assertThat(number(platform, "SELECT count(*) FROM features.late_events")).isZero();
    }
    try (var platform = EmbeddedPlatform.start(plan, step -> {})) {
      try (var producer = producer(platform)) {
        send(producer, view("e9", "2026-01-05T10:40:00Z"));
        send(producer, view("e10", "2026-01-05T12:40:00Z"));
      }
      platform.awaitCaughtUp(SOON);
      assertThat(number(platform, "SELECT accepted FROM ingestion.intake")).isEqualTo(3);
      assertThat(number(platform, "SELECT duplicate FROM ingestion.intake")).isEqualTo(2);
      assertThat(number(platform, "SELECT unaccounted FROM ingestion.intake")).isZero();
    }
  }

  private static String view(String id, String at) {
    return "{\"messageId\":\"%s\",\"event\":\"Product Viewed\",\"userId\":\"ada\",\"productId\":\"p1\",\"timestamp\":\"%s\"}"
        .formatted(id, at);
  }

  private static KafkaProducer<String, byte[]> producer(EmbeddedPlatform platform) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            platform.connections().kafkaServers(),
            "max.request.size",
            2 * TEN_MEGABYTES),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private static void send(KafkaProducer<String, byte[]> producer, String json) throws Exception {
    producer
        .send(new ProducerRecord<>("behavior-events", "ada", json.getBytes(StandardCharsets.UTF_8)))
        .get();
  }

  private static Map<String, Long> rejections(EmbeddedPlatform platform) throws SQLException {
    var found = new TreeMap<String, Long>();
    var postgres = platform.connections().postgres();
    try (var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT reason, events FROM ingestion.rejections")) {
      while (rows.next()) {
        found.put(rows.getString(1), rows.getLong(2));
      }
    }
    return found;
  }

  private static long number(EmbeddedPlatform platform, String sql) throws SQLException {
    var postgres = platform.connections().postgres();
    try (var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
