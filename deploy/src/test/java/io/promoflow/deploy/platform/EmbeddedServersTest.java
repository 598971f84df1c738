package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import java.nio.file.Files;
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
import org.junit.jupiter.api.io.TempDir;

/** The embedded broker and store keep what they were given across a restart, on the same ports. */
class EmbeddedServersTest {
  private static final ConnectionOptions.TopicNames TOPICS =
      ConnectionOptions.from(
              Settings.of(Map.of("kafka.bootstrap-servers", "x", "postgres.url", "x")))
          .topics();

  @Test
  void brokerKeepsRecordsAcrossARestart(@TempDir Path folder) throws Exception {
    var data = new DataFolder(folder);
    String servers;
    try (var kafka = EmbeddedKafka.start(data)) {
      servers = kafka.servers();
      kafka.createTopics(TOPICS);
      kafka.createTopics(TOPICS);
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
  void storeKeepsRowsAcrossARestart(@TempDir Path folder) throws Exception {
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

  @Test
  void storeThatOutlivedAKilledProcessIsTakenOver(@TempDir Path folder) throws Exception {
    OtherProcess.that("store", folder).close();
    long survivor = postmaster(folder);
    assertThat(ProcessHandle.of(survivor)).isPresent();
    try (var store = EmbeddedStore.start(new DataFolder(folder));
        var connection = connect(store);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT answer FROM kept")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(42);
      assertThat(postmaster(folder)).isEqualTo(survivor);
    }
  }

  @Test
  void storeThatOutlivedAKilledProcessIsEndedBeforeItsFolderIsEmptied(@TempDir Path folder)
      throws Exception {
    OtherProcess.that("store", folder).close();
    long survivor = postmaster(folder);
    EmbeddedPlatform.removeEarlier(folder);
    assertThat(ProcessHandle.of(survivor)).isEmpty();
    assertThat(folder.resolve("postgres")).doesNotExist();
    new DataFolder(folder).release();
  }

  @Test
  void readerThatIsBehindIsNamedWhenTimeIsOver(@TempDir Path folder) throws Exception {
    var data = new DataFolder(folder);
    try (var kafka = EmbeddedKafka.start(data);
        var flink = FlinkPlatform.start(data, 1)) {
      kafka.createTopics(TOPICS);
      try (var caughtUp =
              new CaughtUp(
                  kafka.servers(),
                  flink,
                  Map.of("promoflow-nobody", List.of("behavior-events")),
                  ends -> true);
          var producer =
              new KafkaProducer<>(
                  Map.<String, Object>of("bootstrap.servers", kafka.servers()),
                  new StringSerializer(),
                  new StringSerializer())) {
        caughtUp.await(Duration.ofSeconds(20));
        producer.send(new ProducerRecord<>("behavior-events", "ada", "hello")).get();
        assertThatThrownBy(() -> caughtUp.await(Duration.ofSeconds(1)))
            .hasMessageContaining("{promoflow-nobody on behavior-events-0=1}");
      }
    }
  }

  private static long postmaster(Path folder) throws java.io.IOException {
    Path notes = folder.resolve("postgres").resolve("postmaster.pid");
    return Long.parseLong(Files.readAllLines(notes).get(0).strip());
  }

  static java.sql.Connection connect(EmbeddedStore store) throws java.sql.SQLException {
    var postgres = store.postgres();
    return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
  }
}
