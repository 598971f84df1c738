package io.promoflow.deploy.platform;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether the platform has worked off all that was sent to it.
 *
 * <p>A job commits its offsets when a checkpoint completes, and by then its sinks have flushed what
 * came of the records before it. So the platform is caught up when every group has committed the
 * end of every topic it reads, and no topic has grown meanwhile. This has to hold for a moment,
 * because watermarks follow records by up to their interval.
 */
public final class CaughtUp implements AutoCloseable {
  private static final Duration STEADY = Duration.ofMillis(250);

  private final Admin admin;
  private final FlinkPlatform flink;
  private final Map<String, List<String>> topicsByGroup;
  private final Predicate<Map<TopicPartition, Long>> otherReaders;

  /**
   * @param topicsByGroup what each consumer group reads
   * @param otherReaders readers without a group: whether they have read up to these offsets
   */
  public CaughtUp(
      String servers,
      FlinkPlatform flink,
      Map<String, List<String>> topicsByGroup,
      Predicate<Map<TopicPartition, Long>> otherReaders) {
    this.admin = Admin.create(Map.of("bootstrap.servers", servers));
    this.flink = flink;
    this.topicsByGroup = topicsByGroup;
    this.otherReaders = otherReaders;
  }

  /** Waits until the platform is caught up; fails when a job has failed or time is over. */
  public void await(Duration atMost) throws Exception {
    long deadline = System.nanoTime() + atMost.toNanos();
    Map<TopicPartition, Long> steadyEnds = Map.of();
    long steadySince = 0;
    while (true) {
      flink.checkpointAll();
      Map<TopicPartition, Long> ends = ends();
      long now = System.nanoTime();
      Map<String, Long> lags = lags(ends);
      if (lags.isEmpty() && otherReaders.test(ends)) {
        if (ends.equals(steadyEnds) && now - steadySince >= STEADY.toNanos()) {
          return;
        }
        if (!ends.equals(steadyEnds)) {
          steadyEnds = ends;
          steadySince = now;
        }
      } else {
        steadyEnds = Map.of();
      }
      var failure = flink.failure();
      if (failure.isPresent()) {
        throw failure.get();
      }
      if (now > deadline) {
        throw new IllegalStateException(
            "not caught up after " + atMost.toSeconds() + " s; records behind: " + lags);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Records that each group is behind, by group and topic partition; empty when none is. */
  public Map<String, Long> lags() throws Exception {
    return lags(ends());
  }

  private Map<String, Long> lags(Map<TopicPartition, Long> ends) throws Exception {
    var behind = new HashMap<String, Long>();
    for (var group : topicsByGroup.entrySet()) {
      var committed =
          admin.listConsumerGroupOffsets(group.getKey()).partitionsToOffsetAndMetadata().get();
      ends.forEach(
          (partition, end) -> {
            if (group.getValue().contains(partition.topic())) {
              var offset = committed.get(partition);
              long lag = end - (offset == null ? 0 : offset.offset());
              if (lag > 0) {
                behind.put(group.getKey() + " on " + partition, lag);
              }
            }
          });
    }
    return behind;
  }

  private Map<TopicPartition, Long> ends() throws InterruptedException, ExecutionException {
    var topics = topicsByGroup.values().stream().flatMap(List::stream).distinct().toList();
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (var topic : admin.describeTopics(topics).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(
              p -> asked.put(new TopicPartition(topic.name(), p.partition()), OffsetSpec.latest()));
    }
    Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(asked).all().get();
    return found.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
  }

  @Override
  public void close() {
    admin.close();
  }
}
