package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.StorableTime;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our own records on our own topics, as {@link Wire} writes them. */
final class JsonRecords {
  private static final Logger LOG = LoggerFactory.getLogger(JsonRecords.class);

  private JsonRecords() {}

  /** What is wrong with a record that can be read; empty when nothing is. */
  interface Check<T> extends Serializable {
    Optional<String> flaw(T record);
  }

  /** Decisions; what no table could hold would stop every job that stores them. */
  static Reader<Decision> decisions() {
    return new Reader<>(Decision.class, JsonRecords::flaw);
  }

  private static Optional<String> flaw(Decision one) {
    if (one.decisionId() == null
        || one.trigger() == null
        || one.shopperId() == null
        || one.at() == null) {
      return Optional.of("id, trigger, shopper and moment must be there");
    }
    boolean isStorable =
        StorableTime.holds(one.at())
            && (one.featuresAsOf() == null || StorableTime.holds(one.featuresAsOf()));
    return isStorable
        ? Optional.empty()
        : Optional.of(
            "moments must lie between the years 1 and 9999, are %s and %s"
                .formatted(one.at(), one.featuresAsOf()));
  }

  /**
   * Reads one record type; a record that cannot be read, or has a flaw, is logged with its place,
   * counted as {@code refusedRecords} and skipped.
   */
  static final class Reader<T> implements KafkaRecordDeserializationSchema<T> {
    private static final long serialVersionUID = 1L;
    private final Class<T> type;
    private final Check<T> check;
    private transient Counter refused;

    Reader(Class<T> type) {
      this(type, record -> Optional.empty());
    }

    Reader(Class<T> type, Check<T> check) {
      this.type = type;
      this.check = check;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      refused = context.getMetricGroup().counter("refusedRecords");
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out) {
      if (record.value() == null) {
        return;
      }
      try {
        T value = Wire.read(record.value(), type);
        Optional<String> flaw = check.flaw(value);
        if (flaw.isEmpty()) {
          out.collect(value);
        } else {
          refuse(record, flaw.get());
        }
      } catch (IOException e) {
        refuse(record, e.getMessage());
      }
    }

    private void refuse(ConsumerRecord<byte[], byte[]> record, String why) {
      refused.inc();
      LOG.error(
          "{}-{} at offset {} holds no {}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          type.getSimpleName(),
          why);
    }

    @Override
    public TypeInformation<T> getProducedType() {
      return TypeInformation.of(type);
    }
  }

  /** Writes one record type under a key. */
  static final class Writer<T> implements KafkaRecordSerializationSchema<T> {
    private static final long serialVersionUID = 1L;
    private final String topic;
    private final Topics.JsonKey<T> key;
    private final Topics.JsonBytes<T> bytes;

    Writer(String topic, Topics.JsonKey<T> key, Topics.JsonBytes<T> bytes) {
      this.topic = topic;
      this.key = key;
      this.bytes = bytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        T element, KafkaSinkContext context, Long timestamp) {
      String text = key.of(element);
      return new ProducerRecord<>(
          topic, text == null ? null : text.getBytes(StandardCharsets.UTF_8), bytes.of(element));
    }
  }
}
