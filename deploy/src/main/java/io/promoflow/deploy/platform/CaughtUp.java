package io.promoflow.deploy.platform;

import java.time.Duration;
import java.util.Collection;
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
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Whether the platform has worked off all that was sent to it.
 *
 * <p>First every job must have read every topic to its end, and no topic may have grown for a
 * moment (watermarks follow records by up to their interval). Then one checkpoint of each job
 * drains what is still between its operators into the sinks; when no topic has grown by that,
 * nothing is left to be done. Committed offsets alone would tell it, too, but up to ten seconds
 * later: the source commits between two polls.
 */
public final class CaughtUp implements AutoCloseable {
  private static final Duration STEADY = Duration.ofMillis(200);

  private final Admin admin;
  private final FlinkPlatform flink;
  private final Map<String, List<String>> topicsByGroup;
  private final Predicate<Map<TopicPartition, Long>> otherReaders;
  private final Map<String, List<Integer>> partitions;

  /**
   * @param topicsByGroup what each consumer group reads
   * @param otherReaders readers without a group: whether they have read up to these offsets
   */
  public CaughtUp(
      String servers,
      FlinkPlatform flink,
      Map<String, List<String>> topicsByGroup,
      Predicate<Map<TopicPartition, Long>> otherReaders)
      throws InterruptedException, ExecutionException {
    this.admin = Admin.create(Map.of("bootstrap.servers", servers));
    this.flink = flink;
    this.topicsByGroup = topicsByGroup;
    this.otherReaders = otherReaders;
    this.partitions =
        partitions(
            admin, topicsByGroup.values().stream().flatMap(List::stream).distinct().toList());
  }

  /** Waits until the platform is caught up; fails when a job has failed or time is over. */
  public void await(Duration atMost) throws Exception {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Map<TopicPartition, Long> ends = steadyEnds(deadline);
      if (flink.checkpointAll() && ends().equals(ends)) {
        return;
      }
      orGiveUp(deadline, ends);
    }
  }

  /** Waits until all is read, and stays read, and gives the ends of the topics. */
  private Map<TopicPartition, Long> steadyEnds(long deadline) throws Exception {
    Map<TopicPartition, Long> steady = Map.of();
    long since = 0;
    while (true) {
      Map<TopicPartition, Long> ends = ends();
      long now = System.nanoTime();
      Map<String, Long> behind = lags(ends);
      if (!ends.equals(steady) || !behind.isEmpty() || !otherReaders.test(ends)) {
        steady = ends;
        since = now;
      } else if (now - since >= STEADY.toNanos()) {
        return ends;
      }
      orGiveUp(deadline, ends);
      TimeUnit.MILLISECONDS.sleep(15);
    }
  }

  private void orGiveUp(long deadline, Map<TopicPartition, Long> ends) throws Exception {
    var failure = flink.failure();
    if (failure.isPresent()) {
      throw failure.get();
    }
    if (System.nanoTime() > deadline) {
      throw new IllegalStateException("not caught up in time; records behind: " + lags(ends));
    }
  }

  private Map<TopicPartition, Long> committed(String group) throws Exception {
    var offsets = new HashMap<TopicPartition, Long>();
    admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach((p, offset) -> offsets.put(p, offset == null ? 0 : offset.offset()));
    return offsets;
  }

  /** What the job reports, or what it had committed when it has read nothing since its start. */
  private Map<TopicPartition, Long> read(String group) throws Exception {
    String job = FlinkPlatform.jobName(group.substring(group.indexOf('-') + 1));
    Map<TopicPartition, Long> offsets = committed(group);
    for (String topic : topicsByGroup.get(group)) {
      for (int p : partitions.get(topic)) {
        offsets.merge(
            new TopicPartition(topic, p), ConsumedOffsets.consumed(job, topic, p), Math::max);
      }
    }
    return offsets;
  }

  private Map<String, Long> lags(Map<TopicPartition, Long> ends) throws Exception {
    var behind = new HashMap<String, Long>();
    for (var group : topicsByGroup.entrySet()) {
      Map<TopicPartition, Long> offsets = read(group.getKey());
      ends.forEach(
          (partition, end) -> {
            long lag = end - offsets.getOrDefault(partition, 0L);
            if (group.getValue().contains(partition.topic()) && lag > 0) {
              behind.put(group.getKey() + " on " + partition, lag);
            }
          });
    }
    return behind;
  }

  private Map<TopicPartition, Long> ends() throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(
        (topic, numbers) ->
            numbers.forEach(p -> asked.put(new TopicPartition(topic, p), OffsetSpec.latest())));
    Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(asked).all().get();
    return found.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
  }

  private static Map<String, List<Integer>> partitions(Admin admin, Collection<String> topics)
      throws InterruptedException, ExecutionException {
    var partitions = new HashMap<String, List<Integer>>();
    for (var topic : admin.describeTopics(topics).allTopicNames().get().values()) {
      partitions.put(
          topic.name(), topic.partitions().stream().map(TopicPartitionInfo::partition).toList());
    }
    return partitions;
  }

  @Override
  public void close() {
    admin.close();
  }
}
