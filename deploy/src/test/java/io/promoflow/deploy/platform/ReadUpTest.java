package io.promoflow.deploy.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.http.KafkaTopicFeed;
import io.promoflow.serving.http.OwnRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From where a server that starts reads up the log of decisions. */
class ReadUpTest {
  private static final String TOPIC = "decisions";
  private static final Instant NOW = Instant.parse("2026-01-05T12:00:00Z");
  private static final Instant HOUR_AGO = NOW.minusSeconds(3_600);
  private static final int LONG = 600;
  private static final int SHORT = 300;

  private ConnectionOptions options;

  @Test
  void itBeginsAnHourAgoOrWithAsManyRecordsAsItMayWhicheverIsLater(@TempDir Path folder)
      throws Exception {
    try (var kafka = EmbeddedKafka.start(new DataFolder(folder))) {
      options =
          ConnectionOptions.from(
              Settings.of(
                  Map.of("kafka.bootstrap-servers", kafka.servers(), "postgres.url", "none")));
      kafka.createTopics(options.topics());
      assertThat(readUp(HOUR_AGO, 10)).as("nothing is there").isEmpty();
      try (var producer =
          new KafkaProducer<>(
              Map.<String, Object>of("bootstrap.servers", kafka.servers()),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        for (int i = 0; i < LONG; i++) {
          send(producer, 0, NOW.minusSeconds(LONG - i), "long-" + i);
        }
        for (int i = 0; i < SHORT; i++) {
          send(producer, 1, NOW.minusSeconds(2L * (SHORT - i)), "short-" + i);
        }
        producer.flush();
      }
      assertThat(readUp(HOUR_AGO, Long.MAX_VALUE)).hasSize(LONG + SHORT);
      assertThat(readUp(HOUR_AGO, LONG + SHORT)).hasSize(LONG + SHORT);
      assertThat(readUp(NOW.minusSeconds(100), LONG)).as("by time").hasSize(100 + 50);
      assertThat(readUp(NOW.plusSeconds(1), LONG)).as("by time").isEmpty();

      List<String> most = readUp(HOUR_AGO, 90);
      assertThat(most).as("a tenth of either partition").hasSize(90);
      assertThat(most).contains("long-540", "long-599", "short-270", "short-299");
      assertThat(most).doesNotContain("long-539", "short-269");
      assertThat(readUp(NOW.minusSeconds(100), 15)).as("by both").contains("long-590", "short-295");
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, int partition, Instant at, String value) {
    Future<RecordMetadata> unused = // all are waited for together
        producer.send(
            new ProducerRecord<>(TOPIC, partition, at.toEpochMilli(), null, value.getBytes(UTF_8)));
  }

  private List<String> readUp(Instant since, long most) {
    var seen = new CopyOnWriteArrayList<String>();
    try (var feed = KafkaTopicFeed.ofOthers(options, TOPIC, since, most, new OwnRecords())) {
      feed.start((topic, value) -> seen.add(new String(value, UTF_8)));
      await().atMost(Duration.ofSeconds(20)).until(feed::isAtEnd);
    }
    return List.copyOf(seen);
  }
}
