package io.promoflow.deploy.shop;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the decisions topic from its beginning; the first decision on a request counts. */
final class DecisionLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Decision> byRequest = new HashMap<>();
  private final TreeMap<Long, Instant> firstByRuleVersion = new TreeMap<>();

  DecisionLog(String servers, String topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (PartitionInfo info : consumer.partitionsFor(topic)) {
      partitions.add(new TopicPartition(topic, info.partition()));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Waits until every one of these requests is decided. */
  void await(Collection<String> requests, Duration atMost) throws IOException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!byRequest.keySet().containsAll(requests)) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        note(Wire.read(record.value(), Decision.class), Instant.ofEpochMilli(record.timestamp()));
      }
      if (System.nanoTime() > deadline) {
        long missing = requests.stream().filter(r -> !byRequest.containsKey(r)).count();
        throw new IllegalStateException(
            missing
                + " of "
                + requests.size()
                + " requests were not decided within "
                + atMost.toSeconds()
                + " s");
      }
    }
  }

  private void note(Decision decision, Instant writtenAt) {
    byRequest.putIfAbsent(decision.requestId(), decision);
    firstByRuleVersion.merge(decision.ruleVersion(), writtenAt, (a, b) -> a.isBefore(b) ? a : b);
  }

  Decision of(String request) {
    return byRequest.get(request);
  }

  /** Wall clock of the first decision made under a rule version or a later one; null when none. */
  Instant firstUnder(long ruleVersion) {
    return firstByRuleVersion.tailMap(ruleVersion).values().stream()
        .min(Instant::compareTo)
        .orElse(null);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
