package io.promoflow.models.training;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts models on the compacted topic of models, one record per model name. */
public final class KafkaPublisher implements Publisher {
  private static final long ACKNOWLEDGE_SECONDS = 150;

  /** A record with its key and headers stays below the 1 MiB that a broker takes by default. */
  static final int MOST_BYTES = 1_000_000;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;

  public KafkaPublisher(ConnectionOptions connections) {
    var settings = new HashMap<String, Object>(connections.kafkaClient());
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.kafkaServers());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    topic = connections.topics().models();
  }

  @Override
  public Optional<String> refusal(ModelVersion model) {
    return tooLarge(Wire.bytes(model).length);
  }

  static Optional<String> tooLarge(int bytes) {
    return bytes <= MOST_BYTES
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the model is %,d bytes, a record may have %,d; fewer or smaller trees would fit",
                bytes,
                MOST_BYTES));
  }

  @Override
  public void publish(ModelVersion model)
      throws ExecutionException, InterruptedException, TimeoutException {
    producer
        .send(
            new ProducerRecord<>(
                topic, model.name().getBytes(StandardCharsets.UTF_8), Wire.bytes(model)))
        .get(ACKNOWLEDGE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(5));
  }
}
