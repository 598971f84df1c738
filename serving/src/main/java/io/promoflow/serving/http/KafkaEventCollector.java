package io.promoflow.serving.http;

import io.promoflow.ingestion.options.ConnectionOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topic {@code behavior-events}, acknowledged by all replicas. Whoever appends waits for
 * nobody: threads of its own send, and what does not fit into what may wait for the broker is
 * refused at once, as is what has waited too long to be sent.
 */
public final class KafkaEventCollector implements EventCollector {
  private static final int SEND_TIMEOUT_MILLIS = 5_000;
  private static final int LINGER_MILLIS = 5;
  private static final int SENDERS = 4;
  private static final long QUEUED_NANOS = 2_500_000_000L;

  /** Of events that wait for the broker, and the requests that they came with. */
  private static final long MOST_WAITING_BYTES = 32L << 20;

  /** About what a request takes beside its events. */
  private static final long REQUEST_BYTES = 16_384;

  /** More than may wait, so that the producer does not block. */
  private static final long BUFFER_BYTES = 64L << 20;

  private static final long FOR_GOOD_MILLIS = Long.MAX_VALUE / 2;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final ExecutorService senders = Executors.newFixedThreadPool(SENDERS, threads());
  private final AtomicLong waiting = new AtomicLong();

  public KafkaEventCollector(ConnectionOptions options) {
    var properties = new HashMap<String, Object>();
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, SEND_TIMEOUT_MILLIS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, SEND_TIMEOUT_MILLIS / 2);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_TIMEOUT_MILLIS);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    properties.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, FOR_GOOD_MILLIS);
    // a producer that forgets where the topic is waits for the broker within send
    properties.put(
        CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, MetadataRecoveryStrategy.NONE.name);
    properties.putAll(options.kafkaClient());
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafkaServers());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = options.topics().behaviorEvents();
  }

  private static ThreadFactory threads() {
    var number = new AtomicInteger();
    return task -> {
      var thread = new Thread(task, "promoflow-events-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public CompletionStage<Void> append(List<Raw> events) {
    long bytes = REQUEST_BYTES + events.stream().mapToLong(one -> one.bytes().length).sum();
    if (waiting.addAndGet(bytes) > MOST_WAITING_BYTES) {
      waiting.addAndGet(-bytes);
      return CompletableFuture.failedFuture(unavailable());
    }
    long came = System.nanoTime();
    return CompletableFuture.completedFuture(events)
        .thenComposeAsync(all -> sendAll(all, came), senders)
        .whenComplete((done, failure) -> waiting.addAndGet(-bytes));
  }

  private static ProblemException unavailable() {
    return new ProblemException(Problem.unavailable("too many events wait for the broker"));
  }

  /** Those after one that cannot be sent would wait as long, for nothing. */
  private CompletableFuture<Void> sendAll(List<Raw> events, long came) {
    if (System.nanoTime() - came > QUEUED_NANOS) {
      throw unavailable(); // whoever waits is about to hear that it took too long
    }
    var sent = new ArrayList<CompletableFuture<Void>>();
    for (Raw event : events) {
      CompletableFuture<Void> one = send(event);
      if (one.isCompletedExceptionally() && !isTooLarge(one)) {
        return one;
      }
      sent.add(one);
    }
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .exceptionallyCompose(failure -> refused(sent, failure));
  }

  /** What is too large today is so tomorrow, so who sent it is told, once all others are taken. */
  private static CompletableFuture<Void> refused(
      List<CompletableFuture<Void>> sent, Throwable failure) {
    List<Integer> failed =
        IntStream.range(0, sent.size())
            .filter(i -> sent.get(i).isCompletedExceptionally())
            .boxed()
            .toList();
    if (!failed.stream().allMatch(i -> isTooLarge(sent.get(i)))) {
      return CompletableFuture.failedFuture(failure);
    }
    String what =
        "larger than the broker takes: event " + failed + ", counted from 0; others are taken";
    return CompletableFuture.failedFuture(
        new ProblemException(Problem.of("too-large", "The body is too large", 413, what)));
  }

  private static boolean isTooLarge(CompletableFuture<Void> one) {
    return one.handle((done, failure) -> failure instanceof RecordTooLargeException).getNow(false);
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
    senders.shutdown();
    producer.close();
  }
}
