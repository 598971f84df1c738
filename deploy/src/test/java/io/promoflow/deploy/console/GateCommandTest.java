package io.promoflow.deploy.console;

import static io.promoflow.deploy.console.GateCheckTest.EVEN;
import static io.promoflow.deploy.console.GateCheckTest.ONLY;
import static io.promoflow.deploy.console.GateCheckTest.logUnder;
import static io.promoflow.deploy.console.GateCheckTest.rules;
import static io.promoflow.deploy.console.GateCheckTest.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedKafka;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The gate as a person meets it, on a real broker and a real store. */
class GateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Path folder, String conf, String text, String... command) throws Exception {
    Path file = Files.writeString(folder.resolve("rules.yaml"), text);
    var arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--conf", conf, file.toString()));
    return new CommandLine(new RulesCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }

  static void publish(String servers, String topic, List<ShopEvent> events) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ShopEvent event : events) {
        byte[] key = event.shopperId().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, key, Wire.bytes(event)));
      }
      producer.flush();
    }
  }

  @Test
  void onlyRulesThatSurelyEarnMoreComeThroughTheGate(
      @TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
    try (var kafka = EmbeddedKafka.start(new DataFolder(folder.resolve("data")));
        var server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start()) {
      var postgres =
          new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
      for (String schema : List.of("serving", "features")) {
        Store.migrate(postgres, schema);
      }
      String conf =
          Files.writeString(
                  folder.resolve("promoflow.yaml"),
                  """
                  kafka.bootstrap-servers: "%s"
                  postgres.url: "%s"
                  postgres.user: "postgres"
                  postgres.password: "postgres"
                  """
                      .formatted(kafka.servers(), postgres.url()))
              .toString();
      var settings = Settings.load(new String[] {"--conf", conf}, Map.of());
      ConnectionOptions.TopicNames topics = ConnectionOptions.from(settings).topics();
      kafka.createTopics(topics);

      assertThat(run(folder, conf, EVEN, "apply")).as(err.toString()).isZero();
      List<ShopEvent> events = logUnder(postgres, version(1, EVEN));
      publish(kafka.servers(), topics.shopEvents(), events);
      publish(kafka.servers(), topics.shopEvents(), events.subList(0, 100)); // once more

      String worse = rules("ten", 10, ONLY.formatted("s0"), 1);
      assertThat(run(folder, conf, worse, "preview")).isZero();
      assertThat(out.toString()).contains("doubly robust", "they are not surely better");
      assertThat(run(folder, conf, worse, "apply", "--gate")).isEqualTo(1);
      assertThat(err.toString()).contains("nothing was applied");
      assertThat(run(folder, conf, rules("twenty", 20, "", 1), "apply", "--gate")).isEqualTo(1);
      assertThat(out.toString()).contains("the log cannot tell");
      assertThat(out.toString()).doesNotContain("Rule version 2");

      String better = rules("ten", 10, ONLY.formatted("s1"), 1);
      assertThat(run(folder, conf, better, "apply", "--gate")).as(err.toString()).isZero();
      assertThat(out.toString()).contains("The gate opens:", "Rule version 2 is live");
      assertThat(run(folder, conf, worse, "apply", "--gate", "--force")).isZero();
      assertThat(out.toString()).contains("Applied all the same", "Rule version 3 is live");
    }
  }
}
