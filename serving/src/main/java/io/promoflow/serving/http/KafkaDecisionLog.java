package io.promoflow.serving.http;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topic {@code decisions}, acknowledged by all replicas. While the broker is away decisions
 * wait in memory, for ten minutes and up to 48 MB; what does not fit is refused at once.
 */
public final class KafkaDecisionLog implements DecisionLog {
  private static final int DELIVERY_MILLIS = 600_000;
  private static final int REQUEST_MILLIS = 5_000;
  private static final int BLOCK_MILLIS = 1_000;
  private static final int LINGER_MILLIS = 2;
  private static final int BATCH_BYTES = 131_072;
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  /** Of decisions that wait for the broker; below what the producer would block at. */
  private static final long MOST_WAITING_BYTES = 48L << 20;

  private static final long BUFFER_BYTES = 96L << 20;
  private static final long FOR_GOOD_MILLIS = Long.MAX_VALUE / 2;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final Acknowledged acknowledged;
  private final AtomicLong waiting = new AtomicLong();

  /** Hears where the broker put a decision, before whoever waits for it does. */
  interface Acknowledged {
    void at(byte[] written, int partition, long offset);
  }

  public KafkaDecisionLog(ConnectionOptions options) {
    this(options, (written, partition, offset) -> {});
  }

  KafkaDecisionLog(ConnectionOptions options, Acknowledged acknowledged) {
    this.acknowledged = acknowledged;
    var properties = new HashMap<String, Object>();
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
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
    this.topic = options.topics().decisions();
  }

  @Override
  public CompletionStage<Void> append(Decision decision) {
    var done = new CompletableFuture<Void>();
    append(
        decision,
        Wire.bytes(decision),
        failure -> {
          if (failure == null) {
            done.complete(null);
          } else {
            done.completeExceptionally(failure);
          }
        });
    return done;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the callback gets the same outcome
  public void append(Decision decision, byte[] written, Listener listener) {
    if (waiting.addAndGet(written.length) > MOST_WAITING_BYTES) {
      waiting.addAndGet(-written.length);
      listener.logged(new IllegalStateException("too many decisions wait for the log"));
      return;
    }
    byte[] key = decision.shopperId().getBytes(StandardCharsets.UTF_8);
    var sent = new Sent(written, listener);
    try {
      producer.send(new ProducerRecord<>(topic, key, written), sent);
    } catch (RuntimeException e) {
      sent.tell(e); // a closed or broken producer throws, sometimes after it took the record
    }
  }

  /** Tells once what became of a record. */
  private final class Sent implements Callback {
    private final byte[] written;
    private final Listener listener;
    private final AtomicBoolean told = new AtomicBoolean();

    Sent(byte[] written, Listener listener) {
      this.written = written;
      this.listener = listener;
    }

    @Override
    public void onCompletion(RecordMetadata metadata, Exception failure) {
      if (failure == null && metadata.hasOffset()) {
        acknowledged.at(written, metadata.partition(), metadata.offset());
      }
      tell(failure);
    }

    private void tell(Exception failure) {
      if (told.compareAndSet(false, true)) {
        waiting.addAndGet(-written.length);
        listener.logged(failure);
      }
    }
  }

  @Override
  public void close() {
    producer.close(LAST_WORDS);
  }
}
