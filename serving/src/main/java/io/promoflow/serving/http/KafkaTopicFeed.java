package io.promoflow.serving.http;

import io.promoflow.ingestion.options.ConnectionOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows Kafka topics with a plain consumer: no group, no commits, always from the beginning. */
public final class KafkaTopicFeed implements TopicFeed {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaTopicFeed.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final int CALM_BYTES = 3 << 16;
  private static final int CALM_MILLIS = 100;
  private static final int CALM_RECORDS = 5_000;

  /** Fewer own records are read back sooner than jumped over, which drops what was fetched. */
  private static final int WORTH_A_JUMP = 100;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<String> topics;

  /** Null for the beginning. */
  private final Start start;

  /** What is left out; null for nothing. */
  private final OwnRecords own;

  private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> endsAtStart = new ConcurrentHashMap<>();
  private volatile boolean atEnd;
  private final CountDownLatch closing = new CountDownLatch(1);
  private boolean assigned;
  private Thread thread;

  /**
   * Where to begin.
   *
   * @param since with the first record of then or later
   * @param most but no more records before the end than these, over all partitions
   */
  record Start(Instant since, long most) {}

  /** From the beginning. */
  public KafkaTopicFeed(ConnectionOptions options, List<String> topics) {
    this(options, topics, null, null);
  }

  private KafkaTopicFeed(
      ConnectionOptions options, List<String> topics, Start start, OwnRecords own) {
    this.consumer = consumer(options, start != null);
    this.topics = List.copyOf(topics);
    this.start = start;
    this.own = own;
  }

  /**
   * From the first record of a topic of decisions that was written at a moment or after it, but not
   * from before the newest {@code most}. Own records are left out where many lie side by side;
   * others are handed on within some tenths of a second, of decisions as we write them only the
   * start with the id.
   */
  public static KafkaTopicFeed ofOthers(
      ConnectionOptions options, String topic, Instant since, long most, OwnRecords own) {
    return new KafkaTopicFeed(options, List.of(topic), new Start(since, most), own);
  }

  private static KafkaConsumer<byte[], byte[]> consumer(ConnectionOptions options, boolean calmly) {
    var properties = new HashMap<String, Object>(options.kafkaClient());
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafkaServers());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    if (calmly) {
      properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, CALM_BYTES);
      properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, CALM_MILLIS);
      properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, CALM_RECORDS);
    }
    return new KafkaConsumer<>(
        properties,
        new ByteArrayDeserializer(),
        calmly ? new IdDeserializer() : new ByteArrayDeserializer());
  }

  /** Reads topics to their present end, in the caller's thread. A missing topic is an empty one. */
  public static void readOnce(
      ConnectionOptions options, List<String> topics, BiConsumer<String, byte[]> to) {
    try (var feed = new KafkaTopicFeed(options, topics)) {
      feed.assign();
      feed.noteEnd();
      while (!feed.isAtEnd()) {
        feed.poll(to);
      }
    }
  }

  @Override
  public void start(BiConsumer<String, byte[]> to) {
    thread = new Thread(() -> follow(to), "promoflow-topic-feed");
    thread.setDaemon(true);
    thread.start();
  }

  private void follow(BiConsumer<String, byte[]> to) {
    boolean isOpen = true;
    while (isOpen) {
      Duration pause = Duration.ZERO;
      try {
        if (assigned || hasAllTopics()) {
          poll(to);
        } else {
          pause = PAUSE;
        }
      } catch (WakeupException e) {
        LOG.debug("woken up to close");
      } catch (KafkaException e) {
        LOG.warn("cannot read {} now, trying again: {}", topics, e.getMessage());
        pause = PAUSE;
      }
      isOpen = !isClosedWithin(pause);
    }
  }

  private boolean hasAllTopics() {
    assign();
    var found = new HashSet<String>();
    endsAtStart.keySet().forEach(part -> found.add(part.topic()));
    assigned = found.containsAll(topics);
    return assigned;
  }

  private boolean isClosedWithin(Duration pause) {
    try {
      return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void assign() {
    for (String topic : topics) {
      try {
        consumer
            .partitionsFor(topic)
            .forEach(p -> endsAtStart.put(new TopicPartition(topic, p.partition()), 0L));
      } catch (UnknownTopicOrPartitionException e) {
        LOG.warn("there is no topic {}", topic);
      }
    }
    endsAtStart.putAll(consumer.endOffsets(endsAtStart.keySet()));
    consumer.assign(endsAtStart.keySet());
    if (start == null) {
      consumer.seekToBeginning(endsAtStart.keySet());
    } else {
      newest(atMoment()).forEach(consumer::seek);
    }
  }

  private Map<TopicPartition, Long> atMoment() {
    var moments = new HashMap<TopicPartition, Long>();
    endsAtStart.keySet().forEach(part -> moments.put(part, start.since().toEpochMilli()));
    var from = new HashMap<TopicPartition, Long>();
    consumer
        .offsetsForTimes(moments)
        .forEach(
            (part, found) ->
                from.put(part, found == null ? endsAtStart.get(part) : found.offset()));
    return from;
  }

  /** Where to begin so that no more come than wanted, of each partition the same share. */
  private Map<TopicPartition, Long> newest(Map<TopicPartition, Long> from) {
    var lengths = new HashMap<TopicPartition, Long>();
    from.forEach((part, first) -> lengths.put(part, Math.max(0, endsAtStart.get(part) - first)));
    long all = lengths.values().stream().mapToLong(Long::longValue).sum();
    if (all <= start.most()) {
      return from;
    }
    LOG.info("reads up the newest {} of {} records of {}", start.most(), all, topics);
    double share = (double) start.most() / all;
    from.replaceAll((part, first) -> endsAtStart.get(part) - (long) (share * lengths.get(part)));
    return from;
  }

  /** Own records lie behind all that was there at the start, so they are not looked for before. */
  private void poll(BiConsumer<String, byte[]> to) {
    if (!consumer.assignment().isEmpty() && !(atEnd && isNothingNew())) {
      for (var record : consumer.poll(POLL)) {
        if (record.value() != null) {
          to.accept(record.topic(), record.value());
        }
      }
      notePositions();
    }
    noteEnd();
  }

  private void noteEnd() {
    atEnd = atEnd || caughtUpTo(endsAtStart);
  }

  private void notePositions() {
    consumer.assignment().forEach(part -> positions.put(part, consumer.position(part)));
  }

  /**
   * Jumps over own records; where nothing else came, nothing is fetched. Then the next look is a
   * tenth of a second away.
   */
  private boolean isNothingNew() {
    if (own == null) {
      return false;
    }
    var rest = new HashSet<TopicPartition>();
    consumer
        .endOffsets(consumer.assignment())
        .forEach(
            (part, end) -> {
              long position = consumer.position(part);
              long next = own.next(part.partition(), position);
              boolean isAllOwn = next >= end;
              if (next > position && (isAllOwn || next - position >= WORTH_A_JUMP)) {
                consumer.seek(part, next);
              }
              if (isAllOwn) {
                rest.add(part);
              }
            });
    consumer.resume(consumer.assignment());
    consumer.pause(rest);
    notePositions();
    boolean nothing = rest.equals(consumer.assignment());
    if (nothing) {
      isClosedWithin(POLL);
    }
    return nothing;
  }

  @Override
  public boolean isAtEnd() {
    return atEnd;
  }

  @Override
  public Map<TopicPartition, Long> positions() {
    return Map.copyOf(positions);
  }

  @Override
  public void close() {
    closing.countDown();
    if (thread != null) {
      consumer.wakeup();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    consumer.close();
  }
}
