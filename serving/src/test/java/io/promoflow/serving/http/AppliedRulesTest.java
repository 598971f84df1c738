package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Cast;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an author is told of his file. */
class AppliedRulesTest {
  private static final String RULES =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}}
      experiments:
        - id: does-it-pay
          trigger: CART_ADD
          primaryMetric: profit
          policy: {floor: 0.1, maxStep: 0.3, minimumUnits: 100, alpha: 0.05}
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: five, weight: 0.5, promotions: [five]}
      """;

  /** The lock of the rule book, as PostgreSQL shows it. */
  private static final String WAITING =
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
          + " AND classid = 7369327 AND objid = 1836017260";

  private static StoredServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new StoredServer(RULES, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Wire.JSON.readTree(answer.body());
  }

  private static StrategyAdjustment shift(
      String id, Map<String, Double> from, Map<String, Double> to) {
    return new StrategyAdjustment(
        id,
        "does-it-pay",
        null,
        Change.SHIFT_WEIGHTS,
        from,
        to,
        null,
        "shift",
        Status.PROPOSED,
        Cast.NOON,
        "policy",
        Cast.NOON,
        null,
        null,
        null);
  }

  private static void awaitWaiting(Connection connection, int many) {
    await()
        .until(
            () -> {
              try (var statement = connection.createStatement();
                  var rows = statement.executeQuery(WAITING)) {
                rows.next();
                return rows.getInt(1) == many;
              }
            });
  }

  private static void hold(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock((7369327::bigint << 32) | 1836017260)");
    }
  }

  @Test
  void whatAnAdjustmentChangesMeanwhileIsNoChangeOfTheFile() throws Exception {
    long before = server.book.current().orElseThrow().version();
    ExecutorService others = Executors.newFixedThreadPool(2);
    try (var connection = server.postgres.store().getConnection()) {
      hold(connection);
      Future<StrategyAdjustment> adjusted =
          others.submit(
              () ->
                  server.book.adjust(
                      shift(
                          "a1",
                          Map.of("control", 0.5, "five", 0.5),
                          Map.of("control", 0.4, "five", 0.6))));
      awaitWaiting(connection, 1);
      Future<HttpResponse<String>> applied = others.submit(() -> server.post("/v1/rules", RULES));
      awaitWaiting(connection, 2); // behind the adjustment
      connection.rollback();
      assertThat(adjusted.get().status()).isEqualTo(Status.APPLIED);
      JsonNode answer = json(applied.get());
      assertThat(answer.get("applied").asBoolean()).isFalse();
      assertThat(answer.get("changes")).isEmpty();
      assertThat(answer.get("version").asLong()).isEqualTo(before + 1);
    } finally {
      others.shutdown();
    }
  }

  @Test
  void aFileForAnotherVersionIsRefused() throws Exception {
    long live = server.book.current().orElseThrow().version();
    String ten = RULES.replace("percent: 5", "percent: 10");
    for (String way : List.of("?on=", "?dryRun=true&on=")) {
      HttpResponse<String> answer = server.post("/v1/rules" + way + (live - 1), ten);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
      assertThat(Wire.JSON.readTree(answer.body()).get("detail").asText())
          .startsWith("rule version " + live + " of ")
          .endsWith(" is in force by now, not " + (live - 1) + ": plan anew");
      for (String wrong : List.of("-1", "x", "", "1.0", "9999999999999999999")) {
        assertThat(server.post("/v1/rules" + way + wrong, ten).statusCode()).isEqualTo(400);
      }
    }
    assertThat(server.book.current().orElseThrow().version()).isEqualTo(live);
    assertThat(json(server.post("/v1/rules?on=" + live, ten)).get("version").asLong())
        .isEqualTo(live + 1);
    json(server.post("/v1/rules?on=" + (live + 1), RULES));
  }

  @Test
  void aFileThatChangesNothingInForceIsRemembered() throws Exception {
    long before = server.book.current().orElseThrow().version();
    String remarked = RULES + "# a remark\n";
    JsonNode planned = json(server.post("/v1/rules?dryRun=true", remarked));
    assertThat(planned.toString())
        .isEqualTo("{\"version\":%d,\"applied\":false,\"changes\":[]}".formatted(before + 1));
    JsonNode answer = json(server.post("/v1/rules", remarked));
    assertThat(answer.toString())
        .isEqualTo("{\"version\":%d,\"applied\":true,\"changes\":[]}".formatted(before + 1));
    assertThat(json(server.post("/v1/rules", remarked)).toString())
        .isEqualTo("{\"version\":%d,\"applied\":false,\"changes\":[]}".formatted(before + 1));
    json(server.post("/v1/rules", RULES));
  }
}
