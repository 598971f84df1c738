package io.promoflow.ingestion.replay;

import io.promoflow.ingestion.options.ConnectionOptions;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends replayed events to the topic of raw events, stamped with their own time.
 *
 * <p>A broker whose retention is by that time (the default) deletes history as soon as it arrives;
 * give the topic {@code retention.ms=-1} or {@code message.timestamp.type=LogAppendTime}.
 */
public final class KafkaSender implements Sender {
  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private long sent;

  public KafkaSender(ConnectionOptions connections) {
    this.topic = connections.topics().behaviorEvents();
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.putAll(connections.kafkaClient());
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.kafkaServers());
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void send(ReplayEvent event) {
    failIfAnyFailed();
    sent++;
    var unused =
        producer.send(
            record(topic, event),
            (metadata, problem) -> {
              if (problem == null) {
                delivered.incrementAndGet();
              } else {
                failure.compareAndSet(null, problem);
              }
            });
  }

  /** The record of an event; the broker stamps it when its time is unknown or before 1970. */
  static ProducerRecord<byte[], byte[]> record(String topic, ReplayEvent event) {
    boolean timed = event.at() != null && event.at().toEpochMilli() >= 0;
    var record =
        new ProducerRecord<>(
            topic,
            null,
            timed ? event.at().toEpochMilli() : null,
            event.key() == null ? null : event.key().getBytes(StandardCharsets.UTF_8),
            event.json());
    if (event.unmappable() != null) {
      record
          .headers()
          .add(ReplayEvent.UNMAPPABLE_HEADER, event.unmappable().getBytes(StandardCharsets.UTF_8));
    }
    return record;
  }

  @Override
  public void flush() {
    producer.flush();
    failIfAnyFailed();
    if (delivered.get() != sent) {
      throw new IllegalStateException(
          topic + ": " + sent + " events sent, but only " + delivered.get() + " acknowledged");
    }
  }

  private void failIfAnyFailed() {
    Exception problem = failure.get();
    if (problem != null) {
      throw new IllegalStateException(
          topic + ": an event could not be delivered: " + problem.getMessage(), problem);
    }
  }

  @Override
  public long delivered() {
    return delivered.get();
  }

  @Override
  public void close() {
    producer.close();
  }
}
