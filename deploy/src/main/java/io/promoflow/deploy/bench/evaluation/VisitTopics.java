package io.promoflow.deploy.bench.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedKafka;
import io.promoflow.deploy.platform.EmbeddedStore;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.TopicNames;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.wire.Wire;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and a store in the process of the bench, and topics full of visits for both sides. */
final class VisitTopics implements AutoCloseable {
  private static final String SERVERS = "bootstrap.servers";

  private final EmbeddedKafka kafka;
  private final EmbeddedStore store;
  private long records;

  private VisitTopics(EmbeddedKafka kafka, EmbeddedStore store) {
    this.kafka = kafka;
    this.store = store;
  }

  static VisitTopics filled(Path folder, VisitMill mill) throws Exception {
    var data = new DataFolder(folder.resolve("servers"));
    data.wipe();
    var topics = new VisitTopics(EmbeddedKafka.start(data), EmbeddedStore.start(data));
    topics.create();
    topics.fill(mill);
    return topics;
  }

  /** What both sides need to know. */
  Map<String, String> settings() {
    return Map.of("kafka.bootstrap-servers", kafka.servers(), "postgres.url", postgresUrl());
  }

  private String postgresUrl() {
    return store.postgres().url();
  }

  /** Decisions and events in all. */
  long records() {
    return records;
  }

  private TopicNames names() {
    return ConnectionOptions.from(Settings.of(settings())).topics();
  }

  private void create() throws Exception {
    var one =
        List.of(
            new NewTopic(names().decisions(), 1, (short) 1),
            new NewTopic(names().shopEvents(), 1, (short) 1));
    try (var admin = Admin.create(Map.of(SERVERS, kafka.servers()))) {
      admin.createTopics(one).all().get();
    }
    kafka.createTopics(names());
  }

  private void fill(VisitMill mill) {
    TopicNames names = names();
    Map<String, Object> client =
        Map.of(
            SERVERS,
            kafka.servers(),
            "linger.ms",
            "20",
            "batch.size",
            "262144",
            "acks",
            "1",
            "compression.type",
            "lz4");
    try (var producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      send(producer, names.servingRules(), "rules", mill.rules());
      mill.run(
          decision -> {
            send(producer, names.decisions(), decision.shopperId(), decision);
            records++;
          },
          event -> {
            send(producer, names.shopEvents(), event.shopperId(), event);
            records++;
          });
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, Object value) {
    var unused = producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), Wire.bytes(value)));
  }

  @Override
  public void close() throws Exception {
    try (store) {
      kafka.close();
    }
  }
}
