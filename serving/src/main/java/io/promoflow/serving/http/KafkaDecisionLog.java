package io.promoflow.serving.http;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topic {@code decisions}, acknowledged by all replicas. */
public final class KafkaDecisionLog implements DecisionLog {
  private static final int SEND_TIMEOUT_MILLIS = 10_000;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;

  public KafkaDecisionLog(ConnectionOptions options) {
    var properties = new HashMap<String, Object>();
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, SEND_TIMEOUT_MILLIS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, SEND_TIMEOUT_MILLIS / 2);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_TIMEOUT_MILLIS);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.putAll(options.kafkaClient());
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafkaServers());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = options.topics().decisions();
  }

  @Override
  public CompletionStage<Void> append(Decision decision) {
    return append(decision, Wire.bytes(decision));
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the callback gets the same outcome
  public CompletionStage<Void> append(Decision decision, byte[] written) {
    var done = new CompletableFuture<Void>();
    byte[] key = decision.shopperId().getBytes(StandardCharsets.UTF_8);
    var record = new ProducerRecord<>(topic, key, written);
    producer.send(
        record,
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
