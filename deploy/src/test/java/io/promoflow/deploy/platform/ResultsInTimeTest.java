package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long an event takes into the evaluation tables, with the default settings, in real time, in a
 * shop so quiet that no later event pushes an earlier one on.
 */
class ResultsInTimeTest {
  private static final Logger LOG = LoggerFactory.getLogger(ResultsInTimeTest.class);
  private static final Map<String, String> SOON_IDLE =
      Map.of("evaluation.idleness", "PT1S", "serving.idleness", "PT1S");
  private static final Duration PROMISED = Duration.ofSeconds(10);
  private static final Duration GIVE_UP = Duration.ofSeconds(60);
  private static final int UNMEASURED = 6;
  private static final int MEASURED = 12;
  private static final int CANCELLED = 4;
  private static final int ROUNDS = 3;
  private static final long SECOND = 1_000_000_000L;
  private static final String RULE_VERSION =
      "SELECT rule_version FROM serving.decisions WHERE request_id = ?";
  private static final String RULES =
      """
      experiments:
        - {id: greeting, trigger: VISIT, primaryMetric: orders, from: 2020-01-01T00:00:00Z,
           variants: [{id: control, control: true, weight: 0.5, promotions: []},
                      {id: same, weight: 0.5, promotions: []}]}
        - {id: at-the-cart, trigger: CART_ADD, primaryMetric: orders, from: 2020-01-01T00:00:00Z,
           variants: [{id: control, control: true, weight: 0.5, promotions: []},
                      {id: same, weight: 0.5, promotions: []}]}
      """;
  private static final String ORDERS =
      "SELECT round(coalesce(sum(units * mean + control_units * control_mean), 0))"
          + " FROM evaluation.experiment_results WHERE metric = 'orders' AND experiment = ?";

  /** What the shop does with a shopper before the shopper orders. */
  private interface Exposing {
    void expose(String shopper) throws Exception;
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Double> seconds = new ArrayList<>();
  private KafkaProducer<String, byte[]> producer;
  private Connection store;

  @Test
  void resultsReflectAnEventWithinTenSeconds(@TempDir Path folder) throws Exception {
    var plan = new EmbeddedPlatform.Plan(folder, Path.of("..").toRealPath(), SOON_IDLE, true);
    try (var platform = EmbeddedPlatform.start(plan, step -> {});
        var book = RuleBook.open(platform.connections(), Clock.systemUTC())) {
      book.apply(RuleFile.parse("rules.yaml", RULES), "shop", "");
      platform.awaitCaughtUp(GIVE_UP);
      TimeUnit.SECONDS.sleep(3); // a quiet night: what comes after it counts like all else
      var postgres = platform.connections().postgres();
      try (var toShop = producer(platform);
          var connection =
              DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password())) {
        producer = toShop;
        store = connection;
        measure("greeting", shopper -> view(shopper, ask(platform.http(), shopper)));
        measure(
            "at-the-cart",
            shopper -> {
              send(shopper, "cart", "Product Added");
              view(shopper, DecisionRequest.decisionId("cart-" + shopper, Trigger.CART_ADD));
            });
        measureRules(book);
      }
    }
    List<Double> sorted = seconds.stream().sorted().toList();
    double median = sorted.get(sorted.size() / 2);
    double longest = sorted.get(sorted.size() - 1);
    LOG.info(
        "seconds from an event to its effect in the results: {}",
        "median %.1f, max %.1f, of %d events".formatted(median, longest, sorted.size()));
    assertThat(longest).as("seconds: " + sorted).isLessThanOrEqualTo((double) PROMISED.toSeconds());
  }

  private void measure(String experiment, Exposing exposing) throws Exception {
    // a row needs a shopper in each variant: the first ones are not measured
    for (int i = 0; i < UNMEASURED; i++) {
      String shopper = experiment + "-early-" + i;
      exposing.expose(shopper);
      send(shopper, "order", "Order Completed");
    }
    await(experiment, UNMEASURED);
    for (int i = 0; i < MEASURED; i++) {
      String shopper = experiment + "-" + i;
      exposing.expose(shopper);
      measure(experiment, shopper, "Order Completed", UNMEASURED + i + 1);
    }
    for (int i = 0; i < CANCELLED; i++) {
      measure(experiment, experiment + "-" + i, "Order Cancelled", UNMEASURED + MEASURED - i - 1);
    }
  }

  /** Sends an event and measures until the results have as many orders as they then should. */
  private void measure(String experiment, String shopper, String event, long orders)
      throws Exception {
    long start = System.nanoTime();
    send(shopper, event.replace(' ', '-'), event);
    await(experiment, orders);
    seconds.add((System.nanoTime() - start) / 1e9);
  }

  /**
   * What happens a second after rules were applied is decided under them, in the Flink job, too.
   */
  private void measureRules(RuleBook book) throws Exception {
    var live = new ArrayList<Double>();
    for (int round = 0; round < ROUNDS; round++) {
      String changed =
          RULES
              .replace("control: true, weight: 0.5", "control: true, weight: 0." + (6 + round))
              .replace("{id: same, weight: 0.5", "{id: same, weight: 0." + (4 - round));
      long version =
          book.apply(RuleFile.parse("rules.yaml", changed), "shop", "").after().version();
      long applied = System.nanoTime();
      var sent = new LinkedHashMap<String, Double>();
      while (System.nanoTime() - applied < 2 * SECOND) {
        String shopper = "ruled-" + round + "-" + sent.size();
        sent.put(shopper, (System.nanoTime() - applied) / 1e9);
        send(shopper, "cart", "Product Added");
        TimeUnit.MILLISECONDS.sleep(20);
      }
      double last = 0;
      for (var one : sent.entrySet()) {
        if (ruleVersion("cart-" + one.getKey()) < version) {
          last = one.getValue();
        }
      }
      live.add(last);
    }
    LOG.info("seconds until the Flink job decides under applied rules: {}", live);
    assertThat(live).allSatisfy(seconds -> assertThat(seconds).isLessThan(1));
  }

  private long ruleVersion(String requestId) throws Exception {
    long deadline = System.nanoTime() + GIVE_UP.toNanos();
    try (var statement = store.prepareStatement(RULE_VERSION)) {
      statement.setString(1, requestId);
      while (true) {
        try (var rows = statement.executeQuery()) {
          if (rows.next()) {
            return rows.getLong(1);
          }
        }
        assertThat(System.nanoTime()).as(requestId).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  private void await(String experiment, long orders) throws Exception {
    long deadline = System.nanoTime() + GIVE_UP.toNanos();
    long found;
    while ((found = orders(experiment)) != orders) {
      assertThat(System.nanoTime())
          .as("%s: %d of %d orders", experiment, found, orders)
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private long orders(String experiment) throws Exception {
    try (var statement = store.prepareStatement(ORDERS)) {
      statement.setString(1, experiment);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /** Asks for a decision and tells its id. */
  private String ask(URI server, String shopper) throws Exception {
    String question =
        "{\"requestId\":\"r-%s\",\"trigger\":\"VISIT\",\"shopperId\":\"%s\"}"
            .formatted(shopper, shopper);
    var request =
        HttpRequest.newBuilder(server.resolve("/v1/decisions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    return Wire.JSON.readTree(answer.body()).get("decisionId").asText();
  }

  /** What was decided, which is nothing, is shown now. */
  private void view(String shopper, String decision) throws Exception {
    send(
        shopper,
        "{\"messageId\":\"view-%s\",\"event\":\"Promotion Viewed\",\"userId\":\"%s\",\"timestamp\":\"%s\",\"decisionId\":\"%s\"}"
            .formatted(shopper, shopper, Instant.now(), decision));
  }

  /** Sends an event that happens now. */
  private void send(String shopper, String id, String event) throws Exception {
    String json =
        ("{\"messageId\":\"%s-%s\",\"event\":\"%s\",\"userId\":\"%s\",\"timestamp\":\"%s\",\"orderId\":\"o-%s\","
                + "\"productId\":\"p1\",\"quantity\":1,\"price\":10,\"currency\":\"EUR\"}")
            .formatted(id, shopper, event, shopper, Instant.now(), shopper);
    send(shopper, json);
  }

  private void send(String shopper, String json) throws Exception {
    producer
        .send(
            new ProducerRecord<>("behavior-events", shopper, json.getBytes(StandardCharsets.UTF_8)))
        .get();
  }

  private static KafkaProducer<String, byte[]> producer(EmbeddedPlatform platform) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", platform.connections().kafkaServers()),
        new StringSerializer(),
        new ByteArraySerializer());
  }
}
