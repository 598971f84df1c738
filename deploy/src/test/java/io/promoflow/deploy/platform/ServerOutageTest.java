package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.access.ApiKeys;
import io.promoflow.serving.access.Role;
import io.promoflow.serving.http.DecisionServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decision server on a real broker and a real store that come and go. */
class ServerOutageTest {
  private static final String RULES =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: %d}}
      """;
  private static final String EXPERIMENT =
      """
      experiments:
        - id: does-it-pay
          trigger: CART_ADD
          primaryMetric: profit
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: five, weight: 0.5, promotions: [five]}
      """;
  private static final long SECOND = 1_000_000_000L;
  private static final int MOST_EVENT_BYTES = 1 << 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private int port;
  private String shop;
  private String author;

  @Test
  void decisionsGoOnFromMemoryAndNoneOfThemIsLost(@TempDir Path folder) throws Exception {
    var data = new DataFolder(folder);
    var kafka = EmbeddedKafka.start(data);
    var store = EmbeddedStore.start(data);
    Settings settings = settings(kafka, store);
    kafka.createTopics(ConnectionOptions.from(settings).topics());
    makeKeys(ConnectionOptions.from(settings).postgres());
    try (var server = DecisionServer.start(settings, Clock.systemUTC())) {
      port = server.port();
      applyRules(5);
      awaitVersion(1, 30);

      var asked = new HashSet<String>();
      ask(asked, 20, "whole-", false);
      collectEvents(kafka.servers());
      answersFromMemory(false);
      kafka.close();
      ask(asked, 20, "broker-away-", true);
      answersFromMemory(true);
      eventsAreToBeSentAgain();
      store.close();
      ask(asked, 20, "both-away-", true);
      answersFromMemory(true);
      eventsAreToBeSentAgain();
      rulesAndRedemptionsAreToBeSentAgain();
      kafka = EmbeddedKafka.start(data);
      ask(asked, 5, "store-away-", true);
      answersFromMemory(true);
      store = EmbeddedStore.start(data);
      awaitWhole();
      ask(asked, 20, "back-", false);
      assertThat(logged(kafka.servers(), asked.size())).containsExactlyInAnyOrderElementsOf(asked);
    } finally {
      store.close();
      kafka.close();
    }
  }

  @Test
  void aRuleFileIsLiveInAllServersWithinASecond(@TempDir Path folder) throws Exception {
    var data = new DataFolder(folder);
    try (var kafka = EmbeddedKafka.start(data);
        var store = EmbeddedStore.start(data)) {
      Settings settings = settings(kafka, store);
      kafka.createTopics(ConnectionOptions.from(settings).topics());
      makeKeys(ConnectionOptions.from(settings).postgres());
      try (var one = DecisionServer.start(settings, Clock.systemUTC());
          var other = DecisionServer.start(settings, Clock.systemUTC())) {
        List<Integer> ports = List.of(one.port(), other.port());
        port = one.port();
        applyRules(5);
        for (int each : ports) {
          port = each;
          awaitVersion(1, 30);
        }
        for (int version = 2; version <= 6; version++) {
          port = ports.get(version % 2);
          applyRules(4 + version);
          long applied = System.nanoTime();
          for (int each : ports) {
            port = each;
            awaitVersion(version, 1);
          }
          assertThat(System.nanoTime() - applied)
              .as("nanoseconds until version %d is live in both", version)
              .isLessThan(SECOND);
        }
      }
    }
  }

  /** What needs nothing but memory: flags, one and all, and decisions that this server made. */
  private void answersFromMemory(boolean stale) throws Exception {
    String context = "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": 10000}}";
    for (String flag : List.of("/promotion", "/does-it-pay", "")) {
      HttpResponse<String> answer = send("/ofrep/v1/evaluate/flags" + flag, shop, context);
      assertThat(answer.statusCode()).as(flag + answer.body()).isEqualTo(200);
      assertThat(answer.body()).as(flag).contains("\"stale\":" + stale);
    }
    HttpResponse<String> decided = send("/v1/decisions", shop, question("looked-up"));
    String id = Wire.JSON.readTree(decided.body()).get("decisionId").asText();
    HttpResponse<String> found = get("/v1/decisions/" + id);
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    JsonNode explained = Wire.JSON.readTree(found.body()).get("explanation");
    assertThat(explained).as(found.body()).isNotEmpty();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer " + shop)
            .build(),
        BodyHandlers.ofString());
  }

  private static String event(String id) {
    return """
        {"messageId": "%s", "event": "Product Viewed", "userId": "ada", "productId": "p1",
         "timestamp": "2026-01-05T11:00:00Z"}
        """
        .formatted(id);
  }

  /** The topic has them, as they were sent, when they are acknowledged. */
  private void collectEvents(String servers) throws Exception {
    String body = "[" + event("e1").strip() + "," + event("e2").strip() + ",{\"no\": \"event\"}]";
    HttpResponse<String> taken = send("/v1/events", shop, body);
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
    assertThat(Wire.JSON.readTree(taken.body()).get("accepted").asInt()).isEqualTo(2);
    var kept = values(servers, "behavior-events", 3);
    assertThat(kept)
        .containsExactlyInAnyOrder(event("e1").strip(), event("e2").strip(), "{\"no\": \"event\"}");
    String large = event("e5").strip();
    large += " ".repeat(MOST_EVENT_BYTES - large.length()); // leaves no room for a record's head
    refuseLarge(large, "event [0]");
    large = large.replaceFirst("\\}( +)$", "$1}");
    refuseLarge("[" + large + "," + event("e6").strip() + "," + large + "]", "event [0, 2]");
    assertThat(values(servers, "behavior-events", 4)).contains(event("e6").strip());
  }

  /** The others are taken. */
  private void refuseLarge(String body, String which) throws Exception {
    HttpResponse<String> refused = send("/v1/events", shop, body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(413);
    assertThat(refused.body()).contains("larger than the broker takes: " + which);
  }

  /** Nothing else could keep them, so whoever has them must keep them, and hears so in time. */
  private void eventsAreToBeSentAgain() throws Exception {
    toBeSentAgain(send("/v1/events", shop, event("e3")));
    String many = "[" + String.join(",", Collections.nCopies(60, event("e4"))) + "]";
    long asked = System.nanoTime();
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < 30; i++) {
      answers.add(client.sendAsync(request("/v1/events", shop, many), BodyHandlers.ofString()));
    }
    HttpResponse<String> wrong = send("/v1/rules?dryRun=true", author, "promotions: 5");
    assertThat(wrong.statusCode()).as("nobody waits behind events: " + wrong.body()).isIn(422, 503);
    assertThat(System.nanoTime() - asked).as("nanoseconds").isLessThan(3 * SECOND);
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      toBeSentAgain(answer.get(20, TimeUnit.SECONDS));
    }
    assertThat(System.nanoTime() - asked).as("nanoseconds").isLessThan(8 * SECOND);
  }

  private void rulesAndRedemptionsAreToBeSentAgain() throws Exception {
    long asked = System.nanoTime();
    toBeSentAgain(send("/v1/rules", author, RULES.formatted(7)));
    assertThat(System.nanoTime() - asked).as("nanoseconds").isLessThan(5 * SECOND);
    String commit = "{\"key\": \"k1\", \"decisionId\": \"d-1\", \"action\": \"COMMIT\"}";
    toBeSentAgain(send("/v1/redemptions", shop, commit));
    String quote = "{\"shopperId\": \"ada\", \"decisionIds\": [\"d-1\"], \"cartCents\": 5}";
    toBeSentAgain(send("/v1/quotes", shop, quote));
    toBeSentAgain(get("/v1/decisions/d-0123456789abcdef01234567"));
  }

  private static void toBeSentAgain(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
  }

  private static Settings settings(EmbeddedKafka kafka, EmbeddedStore store) {
    return Settings.of(
        Map.of(
            "kafka.bootstrap-servers", kafka.servers(),
            "postgres.url", store.postgres().url(),
            "ingestion.pseudonym.key", "a-key-of-this-test-alone-0123456789",
            "serving.http.port", "0",
            "serving.http.api-keys", "true",
            "serving.http.keys-refresh", "PT0.2S",
            "serving.http.max-body-bytes", "262144",
            "serving.assumed-lift", "0.5"));
  }

  private void makeKeys(ConnectionOptions.Postgres postgres) {
    Store.migrate(postgres, "serving");
    try (var pool = Store.open(postgres, 1)) {
      var keys = new ApiKeys(pool, Clock.systemUTC());
      shop = keys.create("shop", Set.of(Role.SHOP), null).token();
      author = keys.create("author", Set.of(Role.RULE_AUTHOR), null).token();
    }
  }

  private HttpResponse<String> send(String path, String key, String body) throws Exception {
    return client.send(request(path, key, body), BodyHandlers.ofString());
  }

  private HttpRequest request(String path, String key, String body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Authorization", "Bearer " + key)
        .timeout(Duration.ofSeconds(20))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private void applyRules(int percent) throws Exception {
    HttpResponse<String> applied = null;
    for (int i = 0; i < 100 && (applied == null || applied.statusCode() == 503); i++) {
      Thread.sleep(50); // keys are read at the start
      applied = send("/v1/rules?note=test", author, RULES.formatted(percent) + EXPERIMENT);
    }
    assertThat(applied.statusCode()).as(applied.body()).isEqualTo(200);
  }

  private void awaitVersion(long version, int seconds) throws Exception {
    long until = System.nanoTime() + seconds * SECOND;
    JsonNode answer = Wire.JSON.createObjectNode();
    while (answer.path("ruleVersion").asLong() != version && System.nanoTime() < until) {
      Thread.sleep(5);
      HttpResponse<String> dry = send("/v1/decisions?dryRun=true", shop, question("dry"));
      answer = Wire.JSON.readTree(dry.body());
    }
    assertThat(answer.path("ruleVersion").asLong()).as(answer.toString()).isEqualTo(version);
  }

  private static String question(String request) {
    return """
        {"requestId": "%s", "trigger": "VISIT", "shopperId": "ada", "cartCents": 10000}
        """
        .formatted(request);
  }

  private void ask(Collection<String> asked, int times, String prefix, boolean stale)
      throws Exception {
    for (int i = 0; i < times; i++) {
      HttpResponse<String> answer = send("/v1/decisions", shop, question(prefix + i));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode decision = Wire.JSON.readTree(answer.body());
      assertThat(decision.path("promotionId").asText()).as(answer.body()).isEqualTo("five");
      assertThat(decision.path("stale").asBoolean()).as(prefix + i).isEqualTo(stale);
      asked.add(decision.get("decisionId").asText());
    }
  }

  /** Broker and store are known to be back once a decision has gone through both. */
  private void awaitWhole() throws Exception {
    long until = System.nanoTime() + 60 * SECOND;
    boolean stale = true;
    while (stale && System.nanoTime() < until) {
      Thread.sleep(100);
      var ready =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                  .build(),
              BodyHandlers.ofString());
      stale = Wire.JSON.readTree(ready.body()).get("stale").asBoolean();
      send("/v1/decisions?dryRun=true", shop, question("wake"));
    }
    assertThat(stale).as("still stale").isFalse();
  }

  private static Set<String> logged(String servers, int expected) throws Exception {
    var ids = new HashSet<String>();
    for (String decision : values(servers, "decisions", expected + 1)) { // one was only looked up
      JsonNode read = Wire.JSON.readTree(decision);
      if (!read.get("requestId").asText().equals("looked-up")) {
        ids.add(read.get("decisionId").asText());
      }
    }
    return ids;
  }

  private static List<String> values(String servers, String topic, int expected) {
    var found = new ArrayList<String>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", servers),
            new ByteArrayDeserializer(),
            new StringDeserializer())) {
      var parts =
          consumer.partitionsFor(topic).stream()
              .map(part -> new TopicPartition(part.topic(), part.partition()))
              .toList();
      consumer.assign(List.copyOf(parts));
      consumer.seekToBeginning(parts);
      long until = System.nanoTime() + 30 * SECOND;
      while (found.size() < expected && System.nanoTime() < until) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> found.add(record.value()));
      }
    }
    return found;
  }
}
