package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.wire.Wire;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * Sources and sinks on our topics.
 *
 * <p>Delivery is at least once; ids and upserts make the effect exactly once (see the README of
 * deploy). A source starts at its checkpoint, else at its group's offsets, else at the beginning.
 */
public final class Topics {
  private Topics() {}

  /** Reads records as {@link io.promoflow.ingestion.wire.Wire} writes them. */
  public static <T> KafkaSource<T> source(
      ConnectionOptions options, String topic, Class<T> type, String group) {
    return source(options, topic, new JsonRecords.Reader<>(type), group);
  }

  /** Reads decisions, the job's and the servers'; those that no table could hold are refused. */
  public static KafkaSource<Decision> decisions(ConnectionOptions options, String group) {
    return source(options, options.topics().decisions(), JsonRecords.decisions(), group);
  }

  /**
   * Reads a compacted topic: from the beginning when there is no checkpoint, whatever the group has
   * committed, because its newest record per key is state that a fresh job needs.
   */
  public static <T> KafkaSource<T> compacted(
      ConnectionOptions options, String topic, Class<T> type, String group) {
    return source(
        options, topic, new JsonRecords.Reader<>(type), group, OffsetsInitializer.earliest());
  }

  /** Reads what a topic holds now, from its beginning, and ends. */
  public static <T> KafkaSource<T> history(
      ConnectionOptions options, String topic, Class<T> type, String group) {
    return builder(options, topic, new JsonRecords.Reader<>(type), group)
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setBounded(OffsetsInitializer.latest())
        .setProperty("commit.offsets.on.checkpoint", "false")
        .build();
  }

  /** Reads records with a deserializer of the caller's. */
  @SuppressWarnings("deprecation") // the connector's API takes Kafka's deprecated enum
  public static <T> KafkaSource<T> source(
      ConnectionOptions options,
      String topic,
      KafkaRecordDeserializationSchema<T> deserializer,
      String group) {
    var start = OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
    return source(options, topic, deserializer, group, start);
  }

  private static <T> KafkaSource<T> source(
      ConnectionOptions options,
      String topic,
      KafkaRecordDeserializationSchema<T> deserializer,
      String group,
      OffsetsInitializer start) {
    return builder(options, topic, deserializer, group).setStartingOffsets(start).build();
  }

  private static <T> KafkaSourceBuilder<T> builder(
      ConnectionOptions options,
      String topic,
      KafkaRecordDeserializationSchema<T> deserializer,
      String group) {
    return KafkaSource.<T>builder()
        .setBootstrapServers(options.kafkaServers())
        .setTopics(topic)
        .setGroupId(group)
        .setClientIdPrefix(group + "-" + topic)
        .setProperties(client(options))
        .setProperty("partition.discovery.interval.ms", "-1")
        .setDeserializer(deserializer);
  }

  /** Writes records under a key. */
  public static <T> Sink<T> sink(ConnectionOptions options, String topic, JsonKey<T> key) {
    return sink(options, topic, key, Wire::bytes);
  }

  /** Writes records under a key, as bytes that the caller makes. */
  public static <T> Sink<T> sink(
      ConnectionOptions options, String topic, JsonKey<T> key, JsonBytes<T> bytes) {
    var properties = client(options);
    properties.putIfAbsent("linger.ms", "5");
    properties.putIfAbsent("compression.type", "lz4");
    return KafkaSink.<T>builder()
        .setBootstrapServers(options.kafkaServers())
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setKafkaProducerConfig(properties)
        .setRecordSerializer(new JsonRecords.Writer<>(topic, key, bytes))
        .build();
  }

  /** The key of a record as text; null spreads records over all partitions. */
  public interface JsonKey<T> extends java.io.Serializable {
    String of(T value);
  }

  /** A record as JSON. */
  public interface JsonBytes<T> extends java.io.Serializable {
    byte[] of(T value);
  }

  private static Properties client(ConnectionOptions options) {
    var properties = new Properties();
    properties.putAll(options.kafkaClient());
    return properties;
  }
}
