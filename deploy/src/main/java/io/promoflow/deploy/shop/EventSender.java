package io.promoflow.deploy.shop;

import io.promoflow.ingestion.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends the shop's events in order, each exactly once, also across a crash: the topic has one
 * partition and one writer, so what is there of a part is a prefix of it.
 */
final class EventSender implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> looker;
  private final TopicPartition partition;
  private final Ledger ledger;

  EventSender(String servers, String topic, Ledger ledger) {
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                servers,
                "acks",
                "all",
                "enable.idempotence",
                true,
                "linger.ms",
                5,
                "batch.size",
                65_536),
            new StringSerializer(),
            new ByteArraySerializer());
    this.looker =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.partition = new TopicPartition(topic, 0);
    this.ledger = ledger;
  }

  /** Sends a part of a phase, or what is missing of it. */
  void send(String part, List<SentEvent> events) {
    Long begun = ledger.begun(part);
    long end = looker.endOffsets(List.of(partition)).get(partition);
    if (begun == null) {
      begun = end;
      ledger.begin(part, events, begun);
    }
    int there = (int) Math.min(events.size(), end - begun);
    var failure = new AtomicReference<Exception>();
    for (SentEvent event : events.subList(there, events.size())) {
      String json = event.raw() == null ? Wire.text(event.json()) : event.raw();
      var unused =
          producer.send(
              new ProducerRecord<>(
                  partition.topic(),
                  0,
                  SentEvent.shopperId(event.shopper()),
                  json.getBytes(StandardCharsets.UTF_8)),
              (written, e) -> failure.compareAndSet(null, e));
    }
    producer.flush();
    if (failure.get() != null) {
      throw new IllegalStateException("the broker did not take an event", failure.get());
    }
  }

  @Override
  public void close() {
    producer.close();
    looker.close();
  }
}
