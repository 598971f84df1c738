package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our own records on our own topics, as {@link Wire} writes them. */
final class JsonRecords {
  private static final Logger LOG = LoggerFactory.getLogger(JsonRecords.class);

  private JsonRecords() {}

  /** Reads one record type; a record that cannot be read is logged with its place and skipped. */
  static final class Reader<T> implements KafkaRecordDeserializationSchema<T> {
    private static final long serialVersionUID = 1L;
    private final Class<T> type;

    Reader(Class<T> type) {
      this.type = type;
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out) {
      if (record.value() == null) {
        return;
      }
      try {
        out.collect(Wire.read(record.value(), type));
      } catch (IOException e) {
        LOG.error(
            "{}-{} at offset {} holds no {}: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            type.getSimpleName(),
            e.getMessage());
      }
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
