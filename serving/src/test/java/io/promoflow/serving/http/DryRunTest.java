package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.promoflow.ingestion.wire.Wire;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every endpoint that spends, tried without spending: no row and no record is another afterwards.
 */
class DryRunTest {
  private static final String RULES =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}, budgetCents: 100000, stock: 100}
      experiments:
        - id: does-it-pay
          trigger: CART_ADD
          primaryMetric: profit
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: five, weight: 0.5, promotions: [five]}
      """;
  private static final String MORE = RULES.replace("percent: 5", "percent: 6");
  private static final List<String> TABLES =
      List.of(
          "rule_versions",
          "rule_adjustments",
          "budget_ledger",
          "budget_leases",
          "budget_promises",
          "budget_settlements",
          "decisions",
          "dual_prices",
          "api_keys");

  private static StoredServer server;
  private static String decision;

  @BeforeAll
  static void start() throws Exception {
    server = new StoredServer(RULES, Map.of("serving.ledger.lease", "PT1H"));
    decision = json(post("/v1/decisions", question("first"))).get("decisionId").asText();
    await().until(() -> rows("budget_promises").contains(decision));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return server.post(path, body);
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
    return Wire.JSON.readTree(answer.body());
  }

  private static String question(String request) {
    return """
        {"requestId": "%s", "trigger": "VISIT", "shopperId": "ada", "cartCents": 10000}
        """
        .formatted(request);
  }

  private static String redemption(String key, String action) {
    return """
        {"key": "%s", "decisionId": "%s", "action": "%s"}
        """
        .formatted(key, decision, action);
  }

  private static String quote() {
    return """
        {"shopperId": "ada", "decisionIds": ["%s"], "cartCents": 10000}
        """
        .formatted(decision);
  }

  private static String event(String id) {
    return """
        {"messageId": "%s", "event": "Product Viewed", "userId": "ada", "productId": "p1",
         "timestamp": "2026-01-05T11:00:00Z"}
        """
        .formatted(id);
  }

  private static String rows(String table) throws Exception {
    var found = new TreeSet<String>();
    try (var connection = server.postgres.store().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT t::text FROM serving." + table + " t")) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return String.join("\n", found);
  }

  /** Everything that anybody could spend or write. */
  private static Map<String, String> everything() throws Exception {
    var all = new TreeMap<String, String>();
    for (String table : TABLES) {
      all.put(table, rows(table));
    }
    all.put("log of decisions", server.log.appended.toString());
    all.put("behaviour events", "" + server.collector.collected.size());
    all.put("topics", server.feed.positions().toString());
    return all;
  }

  /** Those that take a body; what they take is for a change. */
  private static Map<String, Boolean> posts() throws Exception {
    var found = new TreeMap<String, Boolean>();
    new ObjectMapper(new YAMLFactory())
        .readTree(OpenApi.read().text())
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (!method.getKey().equals("get")) {
                            found.put(
                                method.getValue().get("operationId").asText(),
                                method.getValue().toString().contains("parameters/DryRun"));
                          }
                        }));
    return found;
  }

  @Test
  void everyEndpointThatSpendsHasADryRun() throws Exception {
    assertThat(posts())
        .as("all flags at once are always dry, as quotes are; a new one belongs here")
        .isEqualTo(
            Map.of(
                "decide", true,
                "quote", false,
                "redeem", true,
                "collect", true,
                "applyRules", true,
                "evaluateFlag", true,
                "evaluateFlags", false));
  }

  @Test
  void aDryRunTellsWhatWouldBeAndChangesNothing() throws Exception {
    Map<String, String> before = everything();
    JsonNode decided = json(post("/v1/decisions?dryRun=true", question("dry")));
    assertThat(decided.get("promotionId").asText()).isEqualTo("five");
    assertThat(
            json(post("/v1/decisions?dryRun=true", question("first"))).get("decisionId").asText())
        .isEqualTo(decision);
    JsonNode settled = json(post("/v1/redemptions?dryRun=true", redemption("dry", "COMMIT")));
    assertThat(settled.get("spentCents").asLong()).isEqualTo(500);
    json(post("/v1/redemptions?dryRun=true", redemption("dry", "CANCEL")));
    assertThat(post("/v1/redemptions?dryRun=true", redemption("dry", "REFUND")).statusCode())
        .as("nothing was spent")
        .isEqualTo(409);
    JsonNode quoted = json(post("/v1/quotes", quote()));
    assertThat(quoted.get("applied").get(0).get("costCents").asLong()).isEqualTo(500);
    assertThat(json(post("/v1/events?dryRun=true", event("dry"))).get("accepted").asInt())
        .isEqualTo(1);
    JsonNode planned = json(post("/v1/rules?dryRun=true&note=dry", MORE));
    assertThat(planned.get("applied").asBoolean()).isFalse();
    assertThat(planned.get("version").asLong()).as("that would be").isEqualTo(2);
    assertThat(planned.get("changes").toString()).contains("terms.percent: 5.0 -> 6.0");
    assertThat(
            post("/v1/rules?dryRun=true", MORE.replace("percent: 6", "percent: 600")).statusCode())
        .isEqualTo(422);
    String context = "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": 10000%s}}";
    JsonNode flag = json(post("/ofrep/v1/evaluate/flags/promotion", context.formatted("")));
    assertThat(flag.get("value").asText()).isEqualTo("five");
    json(post("/ofrep/v1/evaluate/flags/does-it-pay", context.formatted("")));
    String named = context.formatted(", \"requestId\": \"dry\"");
    assertThat(json(post("/ofrep/v1/evaluate/flags", named)).get("flags")).hasSize(2);
    JsonNode dry = json(post("/ofrep/v1/evaluate/flags/promotion?dryRun=true", named));
    assertThat(dry.get("value").asText()).isEqualTo("five");
    assertThat(dry.get("metadata").get("decisionId")).isEqualTo(decided.get("decisionId"));
    json(post("/ofrep/v1/evaluate/flags/does-it-pay?dryRun=true", named));
    assertThat(post("/ofrep/v1/evaluate/flags/promotion?dryRun=maybe", named).statusCode())
        .isEqualTo(400);
    assertThat(everything()).isEqualTo(before);
    assertThat(server.book.current().orElseThrow().version()).isEqualTo(1);
  }

  /** What asks for a dry run in other words must not spend. */
  @ParameterizedTest
  @CsvSource({
    "dry_run=true, 'dry_run'",
    "dry-run=true, 'dry-run'",
    "dryRun%5B%5D=true, 'dryRun[]'",
    "dryRun+=true, 'dryRun '",
    "DRYRUN=true, 'DRYRUN'",
    ";dryRun=true, ';dryRun'",
    "dryRun=false&dryRun=true, dryRun stands twice",
    "dryRun=true&dryRun=true, dryRun stands twice",
    "dryRun=true&%64ryRun=false, dryRun stands twice",
    "dryRun=false&x, 'x'",
    "x%ff=1, cannot be read",
    "dryRun, dryRun must be true or false",
    "dryRun=, dryRun must be true or false",
    "dryRun=TRUE, dryRun must be true or false",
    "dryRun=true%20, dryRun must be true or false",
  })
  void whatTheQueryDoesNotKnowIsRefusedAndNamed(String query, String told) throws Exception {
    Map<String, String> before = everything();
    String named =
        """
        {"context": {"targetingKey": "cy", "cartCents": 10000, "requestId": "odd"}}
        """;
    var paths =
        List.of(
            Map.entry("/v1/decisions", question("odd")),
            Map.entry("/v1/redemptions", redemption("odd", "COMMIT")),
            Map.entry("/v1/events", event("odd")),
            Map.entry("/ofrep/v1/evaluate/flags/promotion", named),
            Map.entry("/v1/rules", MORE));
    for (var one : paths) {
      HttpResponse<String> answer = post(one.getKey() + "?" + query, one.getValue());
      assertThat(answer.statusCode()).as(one.getKey() + answer.body()).isEqualTo(400);
      assertThat(Wire.JSON.readTree(answer.body()).get("detail").asText()).contains(told);
    }
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void whatHasNoDryRunTakesNone() throws Exception {
    for (String path : List.of("/v1/quotes", "/ofrep/v1/evaluate/flags")) {
      HttpResponse<String> answer = post(path + "?dryRun=true", quote());
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("'dryRun' in the query, none is taken here");
    }
    HttpResponse<String> note = post("/v1/rules?dryRun=true&nota=bene", MORE);
    assertThat(note.body()).contains("'nota' in the query, known are [dryRun, note, on]");
    json(post("/v1/decisions?dryRun=true&", question("dry")));
    json(post("/v1/quotes?", quote()));
    assertThat(server.send(server.to("/health/live?probe=1").build()).statusCode())
        .as("spends nothing")
        .isEqualTo(200);
  }

  @Test
  void theSameInEarnestIsSeen() throws Exception {
    String named =
        """
        {"context": {"targetingKey": "bob", "cartCents": 10000, "requestId": "flag"}}
        """;
    try (var other = new StoredServer(RULES, Map.of("serving.ledger.lease", "PT1H"))) {
      StoredServer shared = server;
      String first = decision;
      server = other;
      try {
        decision = json(post("/v1/decisions", question("first"))).get("decisionId").asText();
        await().until(() -> rows("budget_promises").contains(decision));
        var paths =
            List.of(
                Map.entry("/v1/decisions", question("earnest")),
                Map.entry("/v1/redemptions", redemption("earnest", "COMMIT")),
                Map.entry("/v1/events", event("earnest")),
                Map.entry("/ofrep/v1/evaluate/flags/promotion?dryRun=false", named),
                Map.entry("/v1/rules", MORE));
        for (var one : new ArrayList<>(paths)) {
          Map<String, String> before = everything();
          json(post(one.getKey(), one.getValue()));
          assertThat(everything()).as(one.getKey()).isNotEqualTo(before);
        }
      } finally {
        server = shared;
        decision = first;
      }
    }
  }
}
