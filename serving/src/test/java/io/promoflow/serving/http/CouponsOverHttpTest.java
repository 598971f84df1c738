package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.LedgerOptions;
import io.promoflow.serving.ledger.PostgresLedger;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RulePublisher;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Coupons over HTTP on a real ledger: in the app a code of one's own, on the web one for all. */
class CouponsOverHttpTest {
  private static final Clock AT_NOON = Clock.fixed(Cast.NOON, ZoneOffset.UTC);
  private static final String RULES =
      """
      promotions:
        - id: own
          kind: coupon
          terms: {percent: 5, couponCode: WELCOME, couponUse: SINGLE}
          eligibility: [{field: channel, operator: IN, values: [app]}]
          budgetCents: 100000
        - id: shared
          kind: coupon
          terms: {percent: 5, couponCode: TEA}
          eligibility: [{field: channel, operator: IN, values: [web]}]
          budgetCents: 100000
      """;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static Postgres postgres;
  private static DecisionServer server;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
    RuleSet rules;
    try (var book = new RuleBook(postgres.store(), new Silent(), AT_NOON)) {
      rules = book.apply(RuleFile.parse("rules.yaml", RULES), "ada", "");
    }
    var settings =
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers", "none",
                "postgres.url", "none",
                "ingestion.pseudonym.key", "a-key-of-this-test-alone",
                "serving.http.port", "0",
                "serving.ledger.lease-share", "1",
                "serving.assumed-lift", "0.5"));
    var feed = new InMemory.Feed();
    server =
        DecisionServer.start(
            HttpOptions.from(settings),
            InMemory.backends(
                feed,
                new InMemory.Log(),
                new InMemory.Archive(),
                PostgresLedger.open(postgres.place(), LedgerOptions.from(settings))),
            id -> "k1." + id,
            AT_NOON);
    feed.write("serving-rules", rules);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    postgres.close();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send(to(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String decided(String request, String shopper, String channel, String promotion)
      throws Exception {
    var response =
        post(
            "/v1/decisions",
            """
            {"requestId": "%s", "trigger": "VISIT", "shopperId": "%s", "cartCents": 10000, "channel": "%s"}
            """
                .formatted(request, shopper, channel));
    JsonNode decision = Wire.JSON.readTree(response.body());
    assertThat(decision.path("promotionId").asText()).as(response.body()).isEqualTo(promotion);
    return decision.get("decisionId").asText();
  }

  private static String codeOf(String decision) throws Exception {
    return Wire.JSON
        .readTree(send(to("/v1/decisions/" + decision)).body())
        .path("couponCode")
        .asText(null);
  }

  private static JsonNode redeem(String key, String decision, String code, int status)
      throws Exception {
    var body = Wire.JSON.createObjectNode();
    body.put("key", key).put("decisionId", decision).put("action", "COMMIT");
    if (code != null) {
      body.put("couponCode", code);
    }
    var response = post("/v1/redemptions", body.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return Wire.JSON.readTree(response.body());
  }

  @Test
  void aShoppersOwnCodeIsToldWithTheDecisionAndRedeemsNobodyElses() throws Exception {
    String adas = decided("r1", "ada", "app", "own");
    String bobs = decided("r2", "bob", "app", "own");
    assertThat(codeOf(adas)).startsWith("WELCOME-").isNotEqualTo(codeOf(bobs));

    JsonNode missing = redeem("k1", adas, null, 409);
    assertThat(missing.get("refusal").asText()).isEqualTo("WRONG_CODE");
    assertThat(missing.get("detail").asText())
        .isEqualTo("the code is missing, or not the one that the shopper was given");
    redeem("k1", adas, codeOf(bobs), 409);
    redeem("k1", adas, "WELCOME", 409);
    JsonNode settled = redeem("k1", adas, codeOf(adas).toLowerCase(java.util.Locale.ROOT), 200);
    assertThat(settled.get("spentCents").asLong()).isEqualTo(500);
    assertThat(redeem("k1", adas, codeOf(adas), 200)).isEqualTo(settled);
    redeem("k2", bobs, codeOf(bobs), 200);
  }

  @Test
  void oneCodeForAllRedeemsEverybodys() throws Exception {
    String adas = decided("r3", "ada", "web", "shared");
    String bobs = decided("r4", "bob", "web", "shared");
    assertThat(codeOf(adas)).isEqualTo("TEA");
    redeem("k3", adas, "COFFEE", 409);
    redeem("k3", adas, "TEA", 200);
    redeem("k4", bobs, "TEA", 200);
  }

  private static final class Silent implements RulePublisher {
    @Override
    public void publish(RuleSet rules) {
      // nobody follows
    }

    @Override
    public void publish(StrategyAdjustment adjustment) {
      // nobody follows
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
