package io.promoflow.deploy.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** How far a group of consumers has come, as the broker knows it. */
public final class Offsets implements AutoCloseable {
  private final Admin admin;

  public Offsets(String servers) {
    this.admin = Admin.create(Map.of("bootstrap.servers", servers));
  }

  /** A job goes on from its group's offsets, and every run has to begin anew. */
  public void forget(String group) throws InterruptedException {
    try {
      admin.deleteConsumerGroups(List.of(group)).all().get();
    } catch (ExecutionException e) {
      // there are none before the first run
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw new IllegalStateException("cannot remove the offsets of " + group, e.getCause());
      }
    }
  }

  /** Records of some topics of one partition that a group has committed, in all. */
  public long committed(String group, List<String> topics) throws InterruptedException {
    try {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      long records = 0;
      for (String topic : topics) {
        OffsetAndMetadata offset = offsets.get(new TopicPartition(topic, 0));
        records += offset == null ? 0 : offset.offset();
      }
      return records;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return 0;
      }
      throw new IllegalStateException("cannot read the offsets of " + group, e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
