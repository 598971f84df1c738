package io.promoflow.deploy.platform;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.TopicNames;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.models.offline.CsvTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Hillstrom's customers as a shop would have told of them: a decision for each, a product view per
 * visit, an order per purchase. Read from the published file as the offline evaluation reads it.
 */
final class HillstromShop {
  private static final String EXPERIMENT = "mails";
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final List<String> ARMS = List.of("No E-Mail", "Mens E-Mail", "Womens E-Mail");

  /** What was told. */
  record Sent(long shoppers, long visits, long buyers, long cents) {}

  private final KafkaProducer<byte[], byte[]> producer;
  private final TopicNames topics;
  private long visits;
  private long buyers;
  private long cents;

  private HillstromShop(KafkaProducer<byte[], byte[]> producer, TopicNames topics) {
    this.producer = producer;
    this.topics = topics;
  }

  /** A file that declares visits as a metric on top of the shipped ones. */
  static Path metrics(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("metrics.yaml"),
        """
        metrics:
          - id: visit
            kind: mean
            of: active
            events: [PRODUCT_VIEWED]
            unit: share, 0 to 1
            meaning: Shoppers who came
        """);
  }

  static Sent publish(Path data, EmbeddedKafka kafka, Settings settings) throws Exception {
    TopicNames topics = ConnectionOptions.from(settings).topics();
    kafka.createTopics(topics);
    Map<String, Object> client =
        Map.of("bootstrap.servers", kafka.servers(), "linger.ms", "20", "batch.size", "262144");
    try (var producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      return new HillstromShop(producer, topics).publish(CsvTable.read(data, ',', Set.of()));
    }
  }

  private Sent publish(CsvTable table) {
    send(topics.servingRules(), "rules", rules());
    List<String> arms = table.column("segment");
    List<String> womens = table.column("womens");
    List<String> visit = table.column("visit");
    List<String> conversion = table.column("conversion");
    List<String> spend = table.column("spend");
    for (int row = 0; row < table.rows(); row++) {
      String shopper = "k1.h" + row;
      Instant at = START.plusSeconds(row);
      send(
          topics.decisions(),
          shopper,
          decision(row, shopper, at, arms.get(row), "womens=" + womens.get(row)));
      if (visit.get(row).equals("1")) {
        visits++;
        event("v" + row, ShopEventType.PRODUCT_VIEWED, shopper, at.plusSeconds(60), null, null);
      }
      if (conversion.get(row).equals("1")) {
        long paid = Math.round(100 * Double.parseDouble(spend.get(row)));
        buyers++;
        cents += paid;
        event("e" + row, ShopEventType.ORDER_PLACED, shopper, at.plusSeconds(90), "o" + row, paid);
      }
    }
    return new Sent(table.rows(), visits, buyers, cents);
  }

  private static RuleSet rules() {
    double third = 1 / 3.0;
    var mails =
        new Experiment(
            EXPERIMENT,
            "salt",
            Trigger.VISIT,
            List.of(
                new Variant(ARMS.get(0), true, third, List.of()),
                new Variant(ARMS.get(1), false, third, List.of()),
                new Variant(ARMS.get(2), false, third, List.of())),
            List.of(),
            List.of(),
            false,
            null,
            null,
            "spend",
            List.of(),
            0,
            null,
            Experiment.Status.RUNNING);
    return new RuleSet(1, "hillstrom", "mails", START, null, List.of(), List.of(mails));
  }

  private static Decision decision(
      int row, String shopper, Instant at, String arm, String segment) {
    return new Decision(
        "d" + row,
        "r" + row,
        Trigger.VISIT,
        shopper,
        at,
        0,
        segment,
        null,
        EXPERIMENT,
        arm,
        null,
        1 / 3.0,
        0,
        List.of(),
        1,
        Map.of(),
        null,
        null,
        List.of());
  }

  private void event(
      String id, ShopEventType type, String shopper, Instant at, String order, Long price) {
    var event =
        new ShopEvent(
            id,
            type,
            shopper,
            null,
            at,
            "p1",
            null,
            null,
            price == null ? null : 1,
            price,
            price == null ? null : 0L,
            "USD",
            order,
            null,
            null,
            null,
            null,
            null,
            null);
    send(topics.shopEvents(), shopper, event);
  }

  private void send(String topic, String key, Object value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), Wire.bytes(value)));
  }
}
