package io.promoflow.serving.flink;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.serving.http.KafkaTopicFeed;
import io.promoflow.serving.http.Knowledge;
import java.util.List;

/** What the topics of rules and models hold right now. */
final class GuidanceTopics {
  private GuidanceTopics() {}

  /** Reads both to their present end, so that a fresh job knows what to wait for. */
  static Awaited newest(ConnectionOptions connections) {
    var topics = connections.topics();
    var knowledge = new Knowledge(topics);
    KafkaTopicFeed.readOnce(
        connections, List.of(topics.servingRules(), topics.models()), knowledge::accept);
    return Awaited.of(knowledge.rules(), knowledge.models());
  }
}
