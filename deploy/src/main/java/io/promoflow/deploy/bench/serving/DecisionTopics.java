package io.promoflow.deploy.bench.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedKafka;
import io.promoflow.deploy.platform.EmbeddedStore;
import io.promoflow.ingestion.Pseudonymizer;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.access.ApiKeys;
import io.promoflow.serving.access.Role;
import io.promoflow.serving.rules.KafkaRulePublisher;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and a store in the process of the bench, with the world on their topics, and a desk. */
final class DecisionTopics implements AutoCloseable {
  static final String DESK = "desk";

  /** The API key that the load shows. */
  static final String KEY = "key";

  private static final int NO_LIMIT_PER_SECOND = 10_000_000;
  private static final String PSEUDONYM_KEY =
      "bench-bench-bench-bench-bench-bench-bench-bench-bench-bench-1234";

  private final EmbeddedKafka kafka;
  private final EmbeddedStore store;
  private final LoadDesk desk;
  private final KafkaProducer<byte[], byte[]> producer;
  private final String key;
  private long version = 1;

  private DecisionTopics(EmbeddedKafka kafka, EmbeddedStore store) throws Exception {
    this.kafka = kafka;
    this.store = store;
    this.key = apiKey(store.postgres());
    this.desk = new LoadDesk(this::swap);
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.servers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  private static String apiKey(ConnectionOptions.Postgres postgres) {
    Store.migrate(postgres, "serving");
    try (var pool = Store.open(postgres, 1)) {
      return new ApiKeys(pool, Clock.systemUTC())
          .create("bench", Set.of(Role.SHOP), NO_LIMIT_PER_SECOND)
          .token();
    }
  }

  static DecisionTopics filled(Path folder) throws Exception {
    var data = new DataFolder(folder.resolve("servers"));
    data.wipe();
    var topics = new DecisionTopics(EmbeddedKafka.start(data), EmbeddedStore.start(data));
    topics.kafka.createTopics(topics.names());
    topics.fill();
    return topics;
  }

  /** What the servers need to know; see {@link #serverSettings}. */
  Map<String, String> settings() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("kafka.bootstrap-servers", kafka.servers());
    settings.put("postgres.url", store.postgres().url());
    settings.put(KEY, key);
    settings.put(DESK, Integer.toString(desk.port()));
    return settings;
  }

  /** The settings of the decision server that are among those of a side. */
  static Settings serverSettings(Map<String, String> ofSide) {
    var settings = new LinkedHashMap<String, String>();
    settings.put("kafka.bootstrap-servers", ofSide.get("kafka.bootstrap-servers"));
    settings.put("postgres.url", ofSide.get("postgres.url"));
    settings.put("ingestion.pseudonym.key", PSEUDONYM_KEY);
    settings.put("serving.http.port", "0");
    settings.put("serving.http.api-keys", "true");
    return Settings.of(settings);
  }

  /** Empties the topic of decisions, so that what other sides logged costs this one nothing. */
  static void forgetDecisions(Map<String, String> ofSide)
      throws InterruptedException, ExecutionException {
    String topic = ConnectionOptions.from(serverSettings(ofSide)).topics().decisions();
    try (var admin =
        Admin.create(Map.of("bootstrap.servers", ofSide.get("kafka.bootstrap-servers")))) {
      var ends = new HashMap<TopicPartition, RecordsToDelete>();
      admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .partitions()
          .forEach(
              part ->
                  ends.put(
                      new TopicPartition(topic, part.partition()),
                      RecordsToDelete.beforeOffset(-1))); // all there are
      admin.deleteRecords(ends).all().get();
    }
  }

  private ConnectionOptions.TopicNames names() {
    return ConnectionOptions.from(serverSettings(settings())).topics();
  }

  private void fill() {
    Pseudonymizer pseudonymizer = Pseudonymizer.from(serverSettings(settings()));
    for (int i = 0; i < DecisionWorld.SHOPPERS; i++) {
      String id = pseudonymizer.of(DecisionWorld.shopper(i));
      send(names().shopperFeatures(), id, DecisionWorld.row(i, id));
    }
    publishModels();
    publishRules();
    producer.flush();
  }

  private void publishModels() {
    send(names().models(), "segments", DecisionWorld.segments(version));
    send(names().models(), "propensity", DecisionWorld.propensity(version));
  }

  private void publishRules() {
    send(names().servingRules(), KafkaRulePublisher.RULES_KEY, DecisionWorld.rules(version));
  }

  private void swap(int times, int seconds) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      Thread.sleep(seconds * 1_000L / (times + 1));
      version++;
      publishRules();
      publishModels();
      producer.flush();
    }
  }

  private void send(String topic, String key, Object value) {
    var unused = producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), Wire.bytes(value)));
  }

  @Override
  public void close() throws Exception {
    producer.close();
    desk.close();
    try (store) {
      kafka.close();
    }
  }
}
