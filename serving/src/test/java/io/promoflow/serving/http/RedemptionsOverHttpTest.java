package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.wire.Wire;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Decisions and redemptions over HTTP on a real ledger: 1,200 cents, of which a redemption takes
 * 500.
 */
class RedemptionsOverHttpTest {
  private static final String RULES =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}, budgetCents: 1200}
      """;

  private static StoredServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new StoredServer(RULES, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static JsonNode decide(String request) throws Exception {
    var response =
        server.post(
            "/v1/decisions",
            """
            {"requestId": "%s", "trigger": "VISIT", "shopperId": "ada", "cartCents": 10000}
            """
                .formatted(request));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Wire.JSON.readTree(response.body());
  }

  private static HttpResponse<String> redeem(String query, String key, JsonNode of, String action)
      throws Exception {
    return server.post(
        "/v1/redemptions" + query,
        """
        {"key": "%s", "decisionId": "%s", "action": "%s"}
        """
            .formatted(key, of.get("decisionId").asText(), action));
  }

  private static JsonNode settled(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Wire.JSON.readTree(response.body());
  }

  @Test
  void aBudgetIsPromisedSpentOnceAndGivenBack() throws Exception {
    JsonNode first = decide("r1");
    JsonNode second = decide("r2");
    JsonNode third = decide("r3");
    assertThat(first.get("promotionId").asText()).isEqualTo("five");
    assertThat(second.get("promotionId").asText()).isEqualTo("five");
    assertThat(third.get("promotionId")).as("200 cents are left, 500 are needed").isNull();
    assertThat(third.get("candidates").get(0).get("loss").asText()).isEqualTo("BUDGET_SPENT");

    assertThat(settled(redeem("?dryRun=true", "k1", first, "COMMIT")).get("spentCents").asLong())
        .isEqualTo(500);
    assertThat(spent()).isZero();
    JsonNode committed = settled(redeem("", "k1", first, "COMMIT"));
    assertThat(committed.get("spentCents").asLong()).isEqualTo(500);
    assertThat(settled(redeem("", "k1", first, "COMMIT"))).as("asked again").isEqualTo(committed);
    assertThat(redeem("", "k1", second, "COMMIT").body()).contains("KEY_REUSED");
    assertThat(spent()).isEqualTo(500);

    settled(redeem("", "k2", second, "CANCEL"));
    settled(redeem("", "k3", first, "REFUND"));
    assertThat(spent()).isZero();
    assertThat(redeem("", "k4", third, "COMMIT").statusCode()).isEqualTo(409);
  }

  /** An idle server may give its lease back before it is asked; then another one is tried. */
  @Test
  void whatIsLeasedForNowIsAskedForAgain() throws Exception {
    boolean wasLeased = false;
    for (int attempt = 0; attempt < 10 && !wasLeased; attempt++) {
      try (var own = new StoredServer(RULES, Map.of())) {
        String asked =
            "{\"requestId\": \"r1\", \"trigger\": \"VISIT\", \"shopperId\": \"ada\", \"cartCents\": 10000}";
        String decision =
            Wire.JSON.readTree(own.post("/v1/decisions", asked).body()).get("decisionId").asText();
        String redeem =
            "{\"key\": \"k1\", \"decisionId\": \"%s\", \"action\": \"COMMIT\", \"costCents\": 1200}"
                .formatted(decision);
        HttpResponse<String> first = own.post("/v1/redemptions", redeem);
        wasLeased = first.statusCode() == 409;
        if (wasLeased) {
          assertThat(first.body()).contains("\"refusal\":\"LEASED\"", "ask again");
          assertThat(first.headers().firstValue("Retry-After")).contains("1");
        }
        await().until(() -> own.post("/v1/redemptions", redeem).statusCode() == 200);
        String more = redeem.replace("k1", "k2").replace("COMMIT", "CANCEL").replace("1200", "0");
        HttpResponse<String> refused = own.post("/v1/redemptions", more);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(refused.headers().firstValue("Retry-After")).as("for good").isEmpty();
      }
    }
    assertThat(wasLeased).isTrue();
  }

  private static long spent() throws Exception {
    try (var connection = server.postgres.store().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT committed_cents FROM serving.budget_ledger WHERE promotion_id = 'five'")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
