package io.promoflow.serving.rules;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes to the topics {@code serving-rules} and {@code strategy-adjustments}. */
public final class KafkaRulePublisher implements RulePublisher {
  /** The one key on the topic of rules: the whole set is one record. */
  public static final String RULES_KEY = "rules";

  /** Whoever changes rules waits, and with him everybody else who does, for the lock is held. */
  private static final int WAIT_MILLIS = 5_000;

  private final KafkaProducer<byte[], byte[]> producer;
  private final ConnectionOptions.TopicNames topics;

  public KafkaRulePublisher(ConnectionOptions options) {
    this.producer =
        new KafkaProducer<>(
            properties(options), new ByteArraySerializer(), new ByteArraySerializer());
    this.topics = options.topics();
  }

  static Map<String, Object> properties(ConnectionOptions options) {
    var properties = new HashMap<String, Object>();
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, WAIT_MILLIS);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, WAIT_MILLIS);
    properties.putAll(options.kafkaClient());
    properties.computeIfAbsent(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, key -> deliveryMillis(properties));
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafkaServers());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return properties;
  }

  /** A producer refuses less than it may linger and wait for one answer. */
  private static int deliveryMillis(Map<String, Object> properties) {
    long needed =
        millis(properties, ProducerConfig.LINGER_MS_CONFIG)
            + millis(properties, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(2 * WAIT_MILLIS, needed));
  }

  private static long millis(Map<String, Object> properties, String key) {
    Object value =
        properties.containsKey(key)
            ? properties.get(key)
            : ProducerConfig.configDef().defaultValues().get(key);
    return (Long) ConfigDef.parseType(key, value.toString(), ConfigDef.Type.LONG);
  }

  @Override
  public void publish(RuleSet rules) {
    send(topics.servingRules(), RULES_KEY, rules);
  }

  @Override
  public void publish(StrategyAdjustment adjustment) {
    send(topics.strategyAdjustments(), adjustment.experimentId(), adjustment);
  }

  private void send(String topic, String key, Object value) {
    var bytes = key.getBytes(StandardCharsets.UTF_8);
    try {
      producer.send(new ProducerRecord<>(topic, bytes, Wire.bytes(value))).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while publishing to " + topic, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot publish to " + topic, e.getCause());
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
