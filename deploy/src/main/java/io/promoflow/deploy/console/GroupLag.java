package io.promoflow.deploy.console;

import io.promoflow.evaluation.flink.EvaluationJob;
import io.promoflow.features.flink.FeatureJob;
import io.promoflow.ingestion.flink.IngestionJob;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.serving.flink.DecisionJob;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that each job has not committed as read, by its consumer group. A source commits after a
 * checkpoint and between two polls, so this runs up to ten seconds behind what the job has done,
 * and a group that has committed nothing yet is not there.
 */
final class GroupLag {
  private static final List<String> GROUPS =
      List.of(IngestionJob.GROUP, FeatureJob.GROUP, DecisionJob.GROUP, EvaluationJob.GROUP);

  private GroupLag() {}

  /** The lag of every group that has committed anything. */
  static Map<String, Long> of(ConnectionOptions connections)
      throws InterruptedException, ExecutionException {
    var config = new HashMap<String, Object>(connections.kafkaClient());
    config.put("bootstrap.servers", connections.kafkaServers());
    var behind = new TreeMap<String, Long>();
    try (var admin = Admin.create(config)) {
      for (String group : GROUPS) {
        var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        if (!committed.isEmpty()) {
          Map<TopicPartition, OffsetSpec> asked =
              committed.keySet().stream()
                  .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
          long records = 0;
          for (var end : admin.listOffsets(asked).all().get().entrySet()) {
            records += end.getValue().offset() - committed.get(end.getKey()).offset();
          }
          behind.put(group, records);
        }
      }
    }
    return behind;
  }
}
