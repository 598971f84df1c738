package io.promoflow.deploy.bench;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedKafka;
import io.promoflow.deploy.platform.EmbeddedStore;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and a store in the process of the bench, and a topic full of events for both sides. */
final class ShopTopic implements AutoCloseable {
  static final String SLIDES = "slides";
  private static final String SERVERS = "bootstrap.servers";

  private final EmbeddedKafka kafka;
  private final EmbeddedStore store;
  private final int slides;

  private ShopTopic(EmbeddedKafka kafka, EmbeddedStore store, int slides) {
    this.kafka = kafka;
    this.store = store;
    this.slides = slides;
  }

  /** Starts both and writes some slides, and one more to close the last of them. */
  static ShopTopic filled(SideCall call, Load load, int slides) throws Exception {
    var data = new DataFolder(call.folder().resolve("servers"));
    data.wipe();
    var topic = new ShopTopic(EmbeddedKafka.start(data), EmbeddedStore.start(data), slides);
    topic.create();
    topic.fill(new EventMill(load));
    return topic;
  }

  /** What both sides need to know. */
  Map<String, String> settings() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("kafka.bootstrap-servers", kafka.servers());
    settings.put("postgres.url", store.postgres().url());
    settings.put(SLIDES, Integer.toString(slides));
    return settings;
  }

  private void create() throws Exception {
    var names = ConnectionOptions.from(Settings.of(settings())).topics();
    try (var admin = Admin.create(Map.of(SERVERS, kafka.servers()))) {
      admin.createTopics(List.of(new NewTopic(names.shopEvents(), 1, (short) 1))).all().get();
    }
    kafka.createTopics(names);
  }

  private void fill(EventMill mill) {
    var names = ConnectionOptions.from(Settings.of(settings())).topics();
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
      for (long slide = 0; slide <= slides; slide++) {
        String slideName = EventMill.slideName(slide);
        for (int i = 0; i < mill.load().eventsPerSlide(); i++) {
          var event = mill.unique(slide, slideName, i);
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      names.shopEvents(),
                      event.shopperId().getBytes(StandardCharsets.UTF_8),
                      Wire.bytes(event)));
        }
      }
    }
  }

  /** End of the last slide that is closed by the topic's events. */
  static long until(SideCall call) {
    return Load.START + Integer.parseInt(call.setting(SLIDES)) * Load.SLIDE_MILLIS;
  }

  @Override
  public void close() throws Exception {
    try (store) {
      kafka.close();
    }
  }
}
