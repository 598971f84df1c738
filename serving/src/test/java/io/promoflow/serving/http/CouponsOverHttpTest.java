package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.RuleFile;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Coupons over HTTP on a real ledger: in the app a code of one's own, on the web one for all. */
class CouponsOverHttpTest {
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

  private static final Map<String, String> SETTINGS =
      Map.of("ingestion.pseudonym.key", "a-key-of-this-test-alone");

  private static StoredServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new StoredServer(RULES, SETTINGS);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static String decided(String request, String shopper, String channel, String promotion)
      throws Exception {
    var response =
        server.post(
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
        .readTree(server.send(server.to("/v1/decisions/" + decision).build()).body())
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
    var response = server.post("/v1/redemptions", body.toString());
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
    JsonNode settled = redeem("k1", adas, codeOf(adas).toLowerCase(Locale.ROOT), 200);
    assertThat(settled.get("spentCents").asLong()).isEqualTo(500);
    assertThat(redeem("k1", adas, codeOf(adas), 200)).isEqualTo(settled);
    redeem("k2", bobs, codeOf(bobs), 200);
  }

  @Test
  void theCodeOfAPromotionThatIsGoneIsTheLastThatItHad() throws Exception {
    StoredServer others = server;
    try (var own = new StoredServer(RULES, SETTINGS)) {
      server = own;
      String adas = decided("r1", "ada", "web", "shared");
      own.book.apply(RuleFile.parse("rules.yaml", RULES.replace("TEA", "COFFEE")), "ada", "");
      await().until(() -> ledgerFollows(own) == 2);
      String without = RULES.substring(0, RULES.indexOf("  - id: shared"));
      own.book.apply(RuleFile.parse("rules.yaml", without), "ada", "");
      assertThat(codeOf(adas)).isEqualTo("COFFEE");
      redeem("k1", adas, "TEA", 409);
      redeem("k1", adas, codeOf(adas), 200);
    } finally {
      server = others;
    }
  }

  private static long ledgerFollows(StoredServer server) throws SQLException {
    try (var connection = server.postgres.store().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT min(rule_version) FROM serving.budget_ledger")) {
      row.next();
      return row.getLong(1);
    }
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
}
