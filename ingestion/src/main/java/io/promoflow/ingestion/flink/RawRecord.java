package io.promoflow.ingestion.flink;

/**
 * The bytes of one raw event and where they were read.
 *
 * @param value as they came; empty for a record without a value
 * @param topic it was read from
 * @param partition it was read from
 * @param offset it was read at
 * @param unmappable why a replayed row could not be turned into an event; null for ordinary events
 */
public record RawRecord(byte[] value, String topic, int partition, long offset, String unmappable) {

  /** topic-partition-offset. */
  String source() {
    return topic + "-" + partition + "-" + offset;
  }
}
