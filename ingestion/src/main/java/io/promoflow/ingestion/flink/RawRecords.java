package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.replay.ReplayEvent;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads raw events untouched; a record without a value is an empty event, never skipped. */
final class RawRecords implements KafkaRecordDeserializationSchema<RawRecord> {
  private static final long serialVersionUID = 1L;
  private static final byte[] NOTHING = new byte[0];

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawRecord> out) {
    var header = record.headers().lastHeader(ReplayEvent.UNMAPPABLE_HEADER);
    String unmappable =
        header == null || header.value() == null
            ? null
            : new String(header.value(), StandardCharsets.UTF_8);
    byte[] value = record.value() == null ? NOTHING : record.value();
    out.collect(
        new RawRecord(value, record.topic(), record.partition(), record.offset(), unmappable));
  }

  @Override
  public TypeInformation<RawRecord> getProducedType() {
    return TypeInformation.of(RawRecord.class);
  }
}
