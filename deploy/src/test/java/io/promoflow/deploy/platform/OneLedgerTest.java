package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.deploy.console.Sql;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.http.DecisionServer;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers and the decision job promise out of one budget that is too small for all who ask, and
 * every promise is redeemed twice, at a server and by an order: none is counted twice, and together
 * they never promise what is not there.
 */
class OneLedgerTest {
  private static final Duration GIVE_UP = Duration.ofSeconds(90);
  private static final int ASKING_EACH = 60;
  private static final int COST = 100;
  private static final int BUDGET = 3_000;
  private static final String RULES =
      """
      promotions:
        - {id: ship, kind: free-shipping, terms: {amountCents: 100}, budgetCents: 3000}
      """;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Postgres postgres;

  private record Account(long free, long leased, long promised, long spent) {}

  @Test
  void serversAndTheJobShareOneBudget(@TempDir Path folder) throws Exception {
    var plan =
        new EmbeddedPlatform.Plan(
            folder,
            Path.of("..").toRealPath(),
            Map.of("serving.triggers", "CART_ADD", "serving.assumed-lift", "0.5"),
            true);
    try (var platform = EmbeddedPlatform.start(plan, step -> {});
        var book = RuleBook.open(platform.connections(), Clock.systemUTC());
        var producer = producer(platform.connections().kafkaServers());
        var second =
            DecisionServer.start(
                platform.settings().with(Map.of("serving.http.port", "0")), Clock.systemUTC())) {
      postgres = platform.connections().postgres();
      URI one = platform.http();
      URI two = URI.create("http://127.0.0.1:" + second.port());
      book.apply(RuleFile.parse("rules.yaml", RULES), "shop", "");
      for (URI server : List.of(one, two)) {
        await().atMost(GIVE_UP).until(() -> isUnderRules(server));
      }

      // the job leases while it decides, the servers when they are asked
      carts(producer, 0, ASKING_EACH / 2);
      await().atMost(GIVE_UP).until(() -> number("request_id LIKE 'cart-%'") > 0);
      var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
      for (int i = 0; i < ASKING_EACH; i++) {
        answers.add(ask(one, "one-" + i));
        answers.add(ask(two, "two-" + i));
      }
      carts(producer, ASKING_EACH / 2, ASKING_EACH);
      for (var answer : answers) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
      }
      await().atMost(GIVE_UP).until(() -> number("TRUE") >= 3 * ASKING_EACH);

      List<String> promised = promised();
      assertThat(promised.size() * COST).as("promised cents").isBetween(2 * COST, BUDGET);
      assertThat(number("promotion_id = 'ship' AND request_id LIKE 'cart-%'"))
          .as("promised by the job")
          .isPositive();
      assertThat(number("promotion_id = 'ship' AND request_id NOT LIKE 'cart-%'"))
          .as("promised by servers")
          .isPositive();
      await().atMost(GIVE_UP).until(() -> account().promised == (long) promised.size() * COST);
      assertWhole();

      redeemTwice(producer, List.of(one, two), promised);
      await().atMost(GIVE_UP).until(() -> account().promised == 0);
      platform.awaitCaughtUp(GIVE_UP);
      assertThat(account().spent).isEqualTo((long) promised.size() * COST);
      assertWhole();
      platform.check();
    }
  }

  private static KafkaProducer<String, byte[]> producer(String servers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", servers), new StringSerializer(), new ByteArraySerializer());
  }

  private static void carts(KafkaProducer<String, byte[]> producer, int from, int until) {
    for (int i = from; i < until; i++) {
      send(producer, "cart-" + i, "Product Added", "buyer-" + i, Map.of());
    }
    producer.flush();
  }

  private static void send(
      KafkaProducer<String, byte[]> producer,
      String id,
      String event,
      String shopper,
      Map<String, ?> more) {
    var json = new LinkedHashMap<String, Object>();
    json.put("messageId", id);
    json.put("event", event);
    json.put("userId", shopper);
    json.put("timestamp", Instant.now().toString());
    json.put("productId", "p1");
    json.put("quantity", 1);
    json.put("unitPriceCents", 5_000);
    json.put("currency", "EUR");
    json.putAll(more);
    byte[] bytes = Wire.text(json).getBytes(StandardCharsets.UTF_8);
    var unused = producer.send(new ProducerRecord<>("behavior-events", shopper, bytes));
  }

  /** At one of the servers and by an order, whichever comes first; the server is asked again. */
  private void redeemTwice(
      KafkaProducer<String, byte[]> producer, List<URI> servers, List<String> promised)
      throws Exception {
    for (int i = 0; i < promised.size(); i++) {
      String decision = promised.get(i);
      Map<String, Object> line =
          Map.of("orderId", "o-" + i, "decisionId", decision, "promotionId", "ship");
      send(producer, "order-" + i, "Order Completed", "buyer-" + i, line);
    }
    producer.flush();
    for (int i = 0; i < promised.size(); i++) {
      String body =
          """
          {"key": "till-%d", "decisionId": "%s", "action": "COMMIT"}
          """
              .formatted(i, promised.get(i));
      var first = post(servers.get(i % 2), "/v1/redemptions", body).get();
      assertThat(first.statusCode()).as(first.body()).isIn(200, 409);
      var again = post(servers.get(1 - i % 2), "/v1/redemptions", body).get();
      assertThat(again.body()).as("the same key at the other server").isEqualTo(first.body());
    }
  }

  private boolean isUnderRules(URI server) throws Exception {
    return post(server, "/v1/decisions?dryRun=true", question("dry"))
        .get()
        .body()
        .contains("\"promotionId\":\"ship\"");
  }

  private CompletableFuture<HttpResponse<String>> ask(URI server, String request) {
    return post(server, "/v1/decisions", question(request));
  }

  private static String question(String request) {
    return """
        {"requestId": "%s", "trigger": "VISIT", "shopperId": "%s", "cartCents": 5000}
        """
        .formatted(request, request);
  }

  private CompletableFuture<HttpResponse<String>> post(URI server, String path, String body) {
    return client.sendAsync(
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private long number(String which) throws SQLException {
    return Sql.number(postgres, "SELECT count(*) FROM serving.decisions WHERE " + which);
  }

  private List<String> promised() throws SQLException {
    return Sql.rows(
        postgres,
        "SELECT decision_id FROM serving.decisions WHERE promotion_id = 'ship'",
        row -> row.getString(1));
  }

  private Account account() throws SQLException {
    return Sql.rows(
            postgres,
            "SELECT free_cents, leased_cents, reserved_cents, committed_cents"
                + " FROM serving.budget_ledger WHERE promotion_id = 'ship'",
            row -> new Account(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
        .get(0);
  }

  private void assertWhole() throws SQLException {
    Account account = account();
    assertThat(account.free + account.leased + account.promised + account.spent).isEqualTo(BUDGET);
  }
}
