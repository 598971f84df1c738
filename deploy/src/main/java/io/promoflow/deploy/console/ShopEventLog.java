package io.promoflow.deploy.console;

import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.offpolicy.ShadowLog;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the topic of shop events holds by now, read once from its beginning. */
final class ShopEventLog {
  private static final Duration POLL = Duration.ofSeconds(1);

  private ShopEventLog() {}

  /** Lines of orders, placed and taken back, of these shoppers in [from, until), each once. */
  static Map<String, List<Outcome>> orders(
      ConnectionOptions options, Set<String> shoppers, Instant from, Instant until) {
    var properties = new HashMap<String, Object>(options.kafkaClient());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafkaServers());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    var seen = new HashSet<String>();
    var found = new HashMap<String, List<Outcome>>();
    try (var consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(options.topics().shopEvents()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var open = new ArrayList<>(partitions);
      open.removeIf(one -> consumer.position(one) >= ends.get(one));
      while (!open.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
          if (shoppers.contains(new String(message.key(), StandardCharsets.UTF_8))) {
            ShopEvent event = read(message.value());
            boolean asked = !event.at().isBefore(from) && event.at().isBefore(until);
            if (asked && ShadowLog.restsOn(event) && seen.add(event.eventId())) {
              found
                  .computeIfAbsent(event.shopperId(), id -> new ArrayList<>(1))
                  .add(Outcome.of(event));
            }
          }
        }
        open.removeIf(one -> consumer.position(one) >= ends.get(one));
      }
    }
    return found;
  }

  private static ShopEvent read(byte[] json) {
    try {
      return Wire.read(json, ShopEvent.class);
    } catch (IOException e) {
      throw new UncheckedIOException("the topic of shop events holds something else", e);
    }
  }
}
