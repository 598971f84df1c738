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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who follows the log of decisions gets all that others wrote, and little of what was its own. */
class OthersDecisionsTest {
  private static final String TOPIC = "decisions";
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final OwnRecords own = new OwnRecords();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @Test
  void othersAreHandedOnAndOwnAreLeftOut(@TempDir Path folder) throws Exception {
    try (var kafka = EmbeddedKafka.start(new DataFolder(folder))) {
      var options =
          ConnectionOptions.from(
              Settings.of(
                  Map.of("kafka.bootstrap-servers", kafka.servers(), "postgres.url", "none")));
      kafka.createTopics(options.topics());
      try (var producer =
              new KafkaProducer<>(
                  Map.<String, Object>of("bootstrap.servers", kafka.servers()),
                  new ByteArraySerializer(),
                  new ByteArraySerializer());
          var feed =
              KafkaTopicFeed.ofOthers(
                  options, TOPIC, Instant.now().minusSeconds(60), Long.MAX_VALUE, own)) {
        other(producer, 0, "before");
        feed.start((topic, value) -> seen.add(new String(value, UTF_8)));
        await().atMost(PATIENCE).until(() -> seen.contains("before"));

        for (int round = 0; round < 3; round++) {
          for (int i = 0; i < 1_000; i++) {
            own(producer, i % PARTITIONS);
          }
          for (int partition = 0; partition < PARTITIONS; partition++) {
            other(producer, partition, "other-" + round + '-' + partition);
          }
          long sofar = (long) PARTITIONS * (round + 1);
          await().atMost(PATIENCE).until(() -> count("other") == sofar);
        }
        other(producer, 1, "last");

        await().atMost(PATIENCE).until(() -> seen.contains("last"));
        await().atMost(PATIENCE).until(() -> count("other") == 3 * PARTITIONS);
        assertThat(seen)
            .filteredOn(value -> value.startsWith("other"))
            .containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, 3 * PARTITIONS)
                    .mapToObj(i -> "other-" + i / PARTITIONS + '-' + i % PARTITIONS)
                    .toList());
        assertThat(count("own")).isLessThan(3_000 / 2);
      }
    }
  }

  private long count(String prefix) {
    return seen.stream().filter(value -> value.startsWith(prefix)).count();
  }

  private void own(KafkaProducer<byte[], byte[]> producer, int partition) {
    Future<RecordMetadata> unused = // noted when it is there
        producer.send(
            new ProducerRecord<>(TOPIC, partition, null, "own".getBytes(UTF_8)),
            (RecordMetadata at, Exception failure) -> own.add(at.partition(), at.offset()));
  }

  private static void other(KafkaProducer<byte[], byte[]> producer, int partition, String value)
      throws InterruptedException, ExecutionException {
    producer.send(new ProducerRecord<>(TOPIC, partition, null, value.getBytes(UTF_8))).get();
  }
}
