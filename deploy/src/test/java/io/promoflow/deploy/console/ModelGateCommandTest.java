package io.promoflow.deploy.console;

import static io.promoflow.deploy.console.GateCheckTest.MONDAY;
import static io.promoflow.deploy.console.ModelGateCheckTest.RULES;
import static io.promoflow.deploy.console.ModelGateCheckTest.TUESDAY;
import static io.promoflow.deploy.console.ModelGateCheckTest.logUnder;
import static io.promoflow.deploy.console.ModelGateCheckTest.rightModels;
import static io.promoflow.deploy.console.ModelGateCheckTest.wrongModels;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedKafka;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The gate for models as a person meets it, on a real broker and a real store. */
class ModelGateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String conf;

  private int run(String... command) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--conf", conf));
    return new CommandLine(new ModelsCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }

  /** As a trainer records it that publishes, or holds back. */
  private static void record(Postgres postgres, List<ModelVersion> models, boolean shadow)
      throws Exception {
    try (var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var insert =
            connection.prepareStatement(
                """
                INSERT INTO models.model_versions (name, version, window_start, window_end, trainer,
                  examples, held_out, published, reason, metrics, parameters, trained_at_wall,
                  shadow)
                VALUES (?, ?, ?, ?, 'hand', 100, 10, ?, 'good enough', '{}', ?::jsonb, now(), ?)
                """)) {
      for (ModelVersion model : models) {
        insert.setString(1, model.name());
        insert.setString(2, model.version());
        insert.setObject(3, model.windowStart().atOffset(ZoneOffset.UTC));
        insert.setObject(4, model.windowEnd().atOffset(ZoneOffset.UTC));
        insert.setBoolean(5, !shadow);
        insert.setString(6, Wire.text(model));
        insert.setBoolean(7, shadow);
        insert.executeUpdate();
      }
    }
  }

  private static List<String> served(String servers, String topic) throws Exception {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", servers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      var versions = new ArrayList<String>();
      while (consumer.position(partition) < end) {
        for (var message : consumer.poll(Duration.ofSeconds(1))) {
          versions.add(Wire.read(message.value(), ModelVersion.class).version());
        }
      }
      return versions;
    }
  }

  @Test
  void onlyModelsThatSurelyChooseBetterComeThroughTheGate(
      @TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
    try (var kafka = EmbeddedKafka.start(new DataFolder(folder.resolve("data")));
        var server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start()) {
      var postgres =
          new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
      for (String schema : List.of("serving", "features", "models")) {
        Store.migrate(postgres, schema);
      }
      conf =
          Files.writeString(
                  folder.resolve("promoflow.yaml"),
                  """
                  kafka.bootstrap-servers: "%s"
                  postgres.url: "%s"
                  postgres.user: "postgres"
                  postgres.password: "postgres"
                  serving.exploration-share: "0.4"
                  """
                      .formatted(kafka.servers(), postgres.url()))
              .toString();
      var connections =
          ConnectionOptions.from(Settings.load(new String[] {"--conf", conf}, Map.of()));
      kafka.createTopics(connections.topics());
      try (var book = RuleBook.open(connections, Clock.systemUTC())) {
        var live = book.apply(RuleFile.parse("rules.yaml", RULES), "ada", "");
        List<ModelVersion> inForce = wrongModels(MONDAY);
        record(postgres, inForce, false);
        GateCommandTest.publish(
            kafka.servers(),
            connections.topics().shopEvents(),
            logUnder(postgres, live, inForce, 0.4));
      }
      record(postgres, wrongModels(TUESDAY), true);
      String same = "response-none@" + TUESDAY;

      assertThat(run("gate", same)).as(err.toString()).isEqualTo(1);
      assertThat(out.toString()).contains("doubly robust", "it is not surely better");
      assertThat(run("promote", same, "--gate")).isEqualTo(1);
      assertThat(err.toString()).contains("nothing was promoted");
      assertThat(run("gate", same, "--alpha", "2")).isNotZero();
      assertThat(out.toString()).doesNotContain("The gate");
      assertThat(run("promote")).as("of what?").isEqualTo(2);
      assertThat(run("gate", "propensity@never")).isEqualTo(1);
      assertThat(err.toString()).contains("there is no model of version propensity@never");

      var wednesday = TUESDAY.plus(Duration.ofDays(1));
      record(postgres, rightModels(wednesday), true);
      record(postgres, rightModels(MONDAY.plus(Duration.ofDays(10))), true);
      String tooNew = "response-none@" + MONDAY.plus(Duration.ofDays(10));
      assertThat(run("promote", tooNew, "--gate")).isEqualTo(1);
      assertThat(out.toString()).contains("the log cannot tell");
      assertThat(served(kafka.servers(), connections.topics().models())).isEmpty();

      String better = "response-percent-off@" + wednesday;
      Path json = folder.resolve("gate.json");
      assertThat(run("gate", better, "--json", json.toString())).as(out.toString()).isZero();
      assertThat(out.toString()).contains("The gate opens:");
      assertThat(Wire.JSON.readTree(json.toFile()).path("opens").asBoolean()).isTrue();
      assertThat(served(kafka.servers(), connections.topics().models())).isEmpty();

      assertThat(run("promote", "--gate")).as(err.toString()).isZero();
      assertThat(out.toString())
          .contains(tooNew, "the log cannot tell", "are in force.", "1 promoted.");
      assertThat(served(kafka.servers(), connections.topics().models()))
          .as("both arms, the control first")
          .containsExactly("response-none@" + wednesday, better);
      assertThat(run("list")).isZero();
      assertThat(out.toString())
          .contains("in force", "shadow", "the gate opened: the gain per decision is");

      assertThat(run("promote", tooNew, "--gate", "--force")).isZero();
      assertThat(out.toString()).contains("Promoted all the same (--force).");
      assertThat(served(kafka.servers(), connections.topics().models()))
          .endsWith(
              "response-none@" + MONDAY.plus(Duration.ofDays(10)),
              better.replace(wednesday.toString(), MONDAY.plus(Duration.ofDays(10)).toString()));
    }
  }
}
