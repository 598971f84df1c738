package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The embedded broker and store keep what they were given across a restart, on the same ports. */
class EmbeddedServersTest {

  @Test
  void brokerKeepsRecordsAcrossARestart(@TempDir(cleanup = CleanupMode.NEVER) Path folder)
      throws Exception {
    var data = new DataFolder(folder);
    var topics =
        ConnectionOptions.from(
                Settings.of(Map.of("kafka.bootstrap-servers", "x", "postgres.url", "x")))
            .topics();
    String servers;
    try (var kafka = EmbeddedKafka.start(data)) {
      servers = kafka.servers();
      kafka.createTopics(topics);
      kafka.createTopics(topics);
      try (var producer =
          new KafkaProducer<>(
              Map.<String, Object>of("bootstrap.servers", servers),
              new StringSerializer(),
              new StringSerializer())) {
        // a record of 2010: time-based retention would delete it
        producer
            .send(new ProducerRecord<>("behavior-events", 0, 1_291_190_760_000L, "ada", "hello"))
            .get();
      }
    }
    try (var kafka = EmbeddedKafka.start(data);
        var consumer =
            new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", servers),
                new StringDeserializer(),
                new StringDeserializer())) {
      assertThat(kafka.servers()).isEqualTo(servers);
      var partition = new TopicPartition("behavior-events", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      assertThat(consumer.poll(Duration.ofSeconds(20)).records(partition))
          .extracting(r -> r.value())
          .containsExactly("hello");
    }
  }

  @Test
  void storeKeepsRowsAcrossARestart(@TempDir(cleanup = CleanupMode.NEVER) Path folder)
      throws Exception {
    var data = new DataFolder(folder);
    try (var store = EmbeddedStore.start(data);
        var connection = connect(store);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
    }
    try (var store = EmbeddedStore.start(data);
        var connection = connect(store);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT answer FROM kept")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(42);
    }
  }

  private static java.sql.Connection connect(EmbeddedStore store) throws java.sql.SQLException {
    var postgres = store.postgres();
    return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
  }
}
