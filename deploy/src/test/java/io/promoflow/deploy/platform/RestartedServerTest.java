package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.store.BulkWriter;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.http.DecisionServer;
import io.promoflow.serving.http.KafkaTopicFeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A decision server that is started again on a real broker and a real store, and asked at once. */
class RestartedServerTest {
  private static final int CROWD = 200;
  private static final String RULES =
      """
      promotions:
        - {id: %s, kind: percent-off, terms: {percent: 5}}
      """;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private int port;

  @Test
  void whoAskedBeforeIsToldTheSameAndWhoDidNotIsDecidedFor(
      @TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
    var data = new DataFolder(folder);
    try (var kafka = EmbeddedKafka.start(data);
        var store = EmbeddedStore.start(data)) {
      Settings settings =
          Settings.of(
              Map.of(
                  "kafka.bootstrap-servers", kafka.servers(),
                  "postgres.url", store.postgres().url(),
                  "ingestion.pseudonym.key", "a-key-of-this-test-alone-0123456789",
                  "serving.http.port", "0",
                  "serving.http.log-patience", "PT20S",
                  "serving.assumed-lift", "0.5"));
      var options = ConnectionOptions.from(settings);
      kafka.createTopics(options.topics());
      List<String> first;
      try (var server = started(settings)) {
        assertThat(post("/v1/rules?note=test", RULES.formatted("one")).get().statusCode())
            .isEqualTo(200);
        awaitRules(1);
        first = ask("before-");
        assertThat(first).allMatch(body -> body.contains("\"promotionId\":\"one\""));
        assertThat(post("/v1/rules?note=test", RULES.formatted("two")).get().statusCode())
            .isEqualTo(200);
        assertThat(server.isReady()).isTrue();
      }
      archive(options);

      try (var server = started(settings)) {
        await().atMost(Duration.ofSeconds(30)).until(server::isReady);
        assertThat(ask("before-")).isEqualTo(first);
        assertThat(ask("new-"))
            .allMatch(body -> body.contains("\"promotionId\":\"two\""))
            .noneMatch(body -> body.contains("\"stale\":true"));
      }
    }
  }

  private DecisionServer started(Settings settings) {
    DecisionServer server = DecisionServer.start(settings, Clock.systemUTC());
    port = server.port();
    return server;
  }

  /** As the decision job does. */
  private static void archive(ConnectionOptions options) throws Exception {
    var decisions = new ArrayList<Decision>();
    KafkaTopicFeed.readOnce(
        options,
        List.of(options.topics().decisions()),
        (topic, value) -> decisions.add(read(value)));
    assertThat(decisions).hasSize(CROWD);
    try (var writer =
        new BulkWriter<Decision>(options.postgres(), DecisionTable.TABLE, DecisionTable::bind)) {
      decisions.forEach(writer::add);
      writer.flush();
    }
  }

  private static Decision read(byte[] value) {
    try {
      return Wire.read(value, Decision.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CompletableFuture<HttpResponse<String>> post(String path, String body) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void awaitRules(long version) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                post("/v1/decisions?dryRun=true", question("dry"))
                    .get(20, TimeUnit.SECONDS)
                    .body()
                    .contains("\"ruleVersion\":" + version));
  }

  private static String question(String request) {
    return """
        {"requestId": "%s", "trigger": "VISIT", "shopperId": "ada", "cartCents": 10000}
        """
        .formatted(request);
  }

  /** All of them together. */
  private List<String> ask(String prefix) throws Exception {
    var waiting = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < CROWD; i++) {
      waiting.add(post("/v1/decisions", question(prefix + i)));
    }
    var answers = new ArrayList<String>();
    for (var one : waiting) {
      HttpResponse<String> answer = one.get(30, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      answers.add(answer.body());
    }
    return answers;
  }
}
