package io.promoflow.deploy.console;

import static io.promoflow.deploy.console.LoggedShop.MONDAY;
import static io.promoflow.deploy.console.ModelGateTest.RULES;
import static io.promoflow.deploy.console.ModelGateTest.TUESDAY;
import static io.promoflow.deploy.console.ModelGateTest.rightModels;
import static io.promoflow.deploy.console.ModelGateTest.wrongModels;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
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
import org.junit.jupiter.api.io.TempDir;

/** The gate for models as a person meets it, on a real broker and a real store. */
class ModelGateCommandTest {
  private TestPlatform platform;

  private int run(String... command) {
    return platform.run(new ModelsCommand(), List.of(command));
  }

  /** As a trainer records it that publishes, or holds back. */
  private void record(List<ModelVersion> models, boolean shadow) throws Exception {
    Postgres postgres = platform.connections().postgres();
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

  private List<String> served() throws Exception {
    ConnectionOptions connections = platform.connections();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", connections.kafkaServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partition = new TopicPartition(connections.topics().models(), 0);
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
  void onlyModelsThatSurelyChooseBetterComeThroughTheGate(@TempDir Path folder) throws Exception {
    try (var started = new TestPlatform(folder, 0.4)) {
      platform = started;
      try (var book = RuleBook.open(platform.connections(), Clock.systemUTC())) {
        var live = book.apply(RuleFile.parse("rules.yaml", RULES), "ada", "").after();
        List<ModelVersion> inForce = wrongModels(MONDAY);
        record(inForce, false);
        platform.publish(
            LoggedShop.logUnder(platform.connections().postgres(), live, inForce, 0.4));
      }
      record(wrongModels(TUESDAY), true);
      String same = "response-none@" + TUESDAY;

      assertThat(run("gate", same)).as(platform.err()).isEqualTo(1);
      assertThat(platform.out()).contains("doubly robust", "it is not surely better");
      assertThat(run("promote", same, "--gate")).isEqualTo(1);
      assertThat(platform.err()).contains("nothing was promoted");
      assertThat(run("gate", same, "--alpha", "2")).isNotZero();
      assertThat(platform.out()).doesNotContain("The gate");
      assertThat(run("promote")).as("of what?").isEqualTo(2);
      assertThat(run("gate", "propensity@never")).isEqualTo(1);
      assertThat(platform.err()).contains("there is no model of version propensity@never");

      var wednesday = TUESDAY.plus(Duration.ofDays(1));
      record(rightModels(wednesday), true);
      record(rightModels(MONDAY.plus(Duration.ofDays(10))), true);
      String tooNew = "response-none@" + MONDAY.plus(Duration.ofDays(10));
      assertThat(run("promote", tooNew, "--gate")).isEqualTo(1);
      assertThat(platform.out()).contains("the log cannot tell");
      assertThat(served()).isEmpty();

      String better = "response-percent-off@" + wednesday;
      Path json = folder.resolve("gate.json");
      assertThat(run("gate", better, "--json", json.toString())).as(platform.out()).isZero();
      assertThat(platform.out()).contains("The gate opens:");
      assertThat(Wire.JSON.readTree(json.toFile()).path("opens").asBoolean()).isTrue();
      assertThat(served()).isEmpty();

      assertThat(run("promote", "--gate")).as(platform.err()).isZero();
      assertThat(platform.out())
          .contains(tooNew, "the log cannot tell", "are in force.", "1 promoted.");
      assertThat(served())
          .as("both arms, the control first")
          .containsExactly("response-none@" + wednesday, better);
      assertThat(run("list")).isZero();
      assertThat(platform.out())
          .contains("in force", "shadow", "the gate opened: the gain per decision is");

      assertThat(run("promote", tooNew, "--gate", "--force")).isZero();
      assertThat(platform.out()).contains("Promoted all the same (--force).");
      assertThat(served())
          .endsWith(
              "response-none@" + MONDAY.plus(Duration.ofDays(10)),
              better.replace(wednesday.toString(), MONDAY.plus(Duration.ofDays(10)).toString()));

      assertThat(run("rollback", "response-percent-off")).as(platform.err()).isZero();
      assertThat(platform.out())
          .contains(
              "response-none@" + wednesday + " is in force again.",
              better + " is in force again.",
              tooNew + " is withdrawn.");
      assertThat(served()).as("both arms").endsWith("response-none@" + wednesday, better);
      assertThat(run("rollback", "response-none", "--to", "response-none@" + wednesday))
          .isEqualTo(1);
      assertThat(platform.err()).contains("response-none@" + wednesday + " is in force already");
    }
  }
}
