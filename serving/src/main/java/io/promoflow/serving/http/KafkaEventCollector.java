package io.promoflow.serving.http;

import io.promoflow.ingestion.options.ConnectionOptions;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topic {@code behavior-events}, acknowledged by all replicas. */
public final class KafkaEventCollector implements EventCollector {
  private static final int SEND_TIMEOUT_MILLIS = 5_000;
  private static final int LINGER_MILLIS = 5;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;

  public KafkaEventCollector(ConnectionOptions options) {
    var properties = new HashMap<String, Object>();
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, SEND_TIMEOUT_MILLIS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, SEND_TIMEOUT_MILLIS / 2);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_TIMEOUT_MILLIS);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    properties.putAll(options.kafkaClient());
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafkaServers());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = options.topics().behaviorEvents();
  }

  @Override
  public CompletionStage<Void> append(List<Raw> events) {
    return CompletableFuture.allOf(
        events.stream().map(this::send).toArray(CompletableFuture<?>[]::new));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback gets the same outcome
  private CompletableFuture<Void> send(Raw event) {
    var done = new CompletableFuture<Void>();
    byte[] key =
        event.shopperId() == null ? null : event.shopperId().getBytes(StandardCharsets.UTF_8);
    producer.send(
        new ProducerRecord<>(topic, key, event.bytes()),
        (metadata, failure) -> {
          if (failure == null) {
            done.complete(null);
          } else {
            done.completeExceptionally(failure);
          }
        });
    return done;
  }

  @Override
  public void close() {
    producer.close();
  }
}
