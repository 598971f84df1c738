package io.promoflow.serving.http;

import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;

/** Follows topics from their beginning and hands every record on, in order. */
public interface TopicFeed extends AutoCloseable {
  /** Starts to follow; the consumer gets topic and value, on one thread. */
  void start(BiConsumer<String, byte[]> consumer);

  /** Whether all that was there at the start has been handed on. */
  boolean isAtEnd();

  /** The next offset to be handed on, per partition. */
  Map<TopicPartition, Long> positions();

  /** Whether everything before these end offsets has been handed on. */
  default boolean caughtUpTo(Map<TopicPartition, Long> endOffsets) {
    Map<TopicPartition, Long> positions = positions();
    return endOffsets.entrySet().stream()
        .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  @Override
  void close();
}
