package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.ledger.Answer;
import io.promoflow.deploy.shop.ledger.Question;
import io.promoflow.deploy.shop.ledger.SentEvent;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/** The shop's line to a real platform. */
public final class KafkaShopLine implements ShopLine {
  /** Half-day and place within it: how a shop that starts again knows what it has sent. */
  private static final String PLACE = "shop-place";

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final String events;
  private final String decisions;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final DecisionClient http;
  private final UnaryOperator<String> pseudonym;
  private final Clock clock;

  /**
   * @param http base address of the decision server
   * @param pseudonym what the platform calls a shopper id: decides the partition of decisions
   */
  public KafkaShopLine(
      ConnectionOptions connections, URI http, UnaryOperator<String> pseudonym, Clock clock) {
    this.events = connections.topics().behaviorEvents();
    this.decisions = connections.topics().decisions();
    this.pseudonym = pseudonym;
    this.clock = clock;
    this.http = new DecisionClient(http, clock);
    Map<String, Object> sending = new HashMap<>(connections.kafkaClient());
    sending.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, connections.kafkaServers());
    sending.put(ProducerConfig.ACKS_CONFIG, "all");
    sending.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    sending.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    sending.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 17);
    this.producer =
        new KafkaProducer<>(sending, new ByteArraySerializer(), new ByteArraySerializer());
    Map<String, Object> reading = new HashMap<>(connections.kafkaClient());
    reading.put("bootstrap.servers", connections.kafkaServers());
    reading.put("enable.auto.commit", false);
    this.consumer =
        new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Map<String, Long> ends() {
    var partitions = new ArrayList<TopicPartition>(partitions(events));
    partitions.addAll(partitions(decisions));
    var ends = new LinkedHashMap<String, Long>();
    consumer.endOffsets(partitions).forEach((p, end) -> ends.put(name(p), end));
    return ends;
  }

  private List<TopicPartition> partitions(String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private static String name(TopicPartition partition) {
    return partition.topic() + "/" + partition.partition();
  }

  private void seek(String topic, Map<String, Long> offsets) {
    List<TopicPartition> partitions = partitions(topic);
    consumer.assign(partitions);
    partitions.forEach(p -> consumer.seek(p, offsets.getOrDefault(name(p), 0L)));
  }

  @Override
  public Set<Integer> sentSince(Map<String, Long> offsets, int phase) {
    seek(events, offsets);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions(events));
    var places = new HashSet<Integer>();
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (var record : consumer.poll(POLL)) {
        Header place = record.headers().lastHeader(PLACE);
        if (place != null) {
          ByteBuffer numbers = ByteBuffer.wrap(place.value());
          if (numbers.getInt() == phase) {
            places.add(numbers.getInt());
          }
        }
      }
    }
    return places;
  }

  @Override
  public void send(int phase, List<SentEvent> sent) {
    var failure = new AtomicReference<Exception>();
    for (SentEvent event : sent) {
      var record =
          new ProducerRecord<>(
              events,
              null,
              event.at().toEpochMilli(),
              event.shopper().getBytes(StandardCharsets.UTF_8),
              RawJson.of(event));
      byte[] place = ByteBuffer.allocate(8).putInt(phase).putInt(event.seq()).array();
      record.headers().add(PLACE, place);
      var unused =
          producer.send(
              record,
              (metadata, problem) -> {
                if (problem != null) {
                  failure.compareAndSet(null, problem);
                }
              });
    }
    producer.flush();
    if (failure.get() != null) {
      throw new IllegalStateException(events + ": an event was not taken", failure.get());
    }
  }

  @Override
  public List<Answer> ask(List<Question> questions) {
    return http.ask(questions);
  }

  @Override
  public List<Answer> decisions(Set<String> eventIds, Map<String, Long> offsets) {
    var found = new LinkedHashMap<String, Answer>();
    if (eventIds.isEmpty()) {
      return List.of();
    }
    seek(decisions, offsets);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (found.size() < eventIds.size()) {
      for (var record : consumer.poll(POLL)) {
        Decision decision = decision(record.value());
        if (eventIds.contains(decision.requestId())) {
          found.putIfAbsent(decision.requestId(), answer(decision));
        }
      }
      if (System.nanoTime() > deadline) {
        var missing = new HashSet<>(eventIds);
        missing.removeAll(found.keySet());
        throw new IllegalStateException(
            missing.size() + " carts got no decision, e.g. " + missing.iterator().next());
      }
    }
    return List.copyOf(found.values());
  }

  private static Decision decision(byte[] value) {
    try {
      return Wire.read(value, Decision.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer answer(Decision decision) {
    return new Answer(
        decision.requestId(),
        decision.decisionId(),
        decision.trigger().name(),
        decision.segment(),
        decision.experimentId(),
        decision.variant(),
        decision.promotionId(),
        decision.ruleVersion(),
        clock.instant());
  }

  @Override
  public List<String> oneShopperPerPartition(List<String> shoppers) {
    int count = partitions(decisions).size();
    var found = new HashMap<Integer, String>();
    for (String shopper : shoppers) {
      byte[] key = pseudonym.apply(shopper).getBytes(StandardCharsets.UTF_8);
      found.putIfAbsent(Utils.toPositive(Utils.murmur2(key)) % count, shopper);
      if (found.size() == count) {
        break;
      }
    }
    return List.copyOf(found.values());
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
