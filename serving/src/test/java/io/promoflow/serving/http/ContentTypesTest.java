package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.http.OpenApi.Operation;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client says that a body is, the body is its bytes. */
class ContentTypesTest {
  private static final String RULES =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}, budgetCents: 100000, stock: 100}
      """;

  /** What {@code curl -d} says, beside others. */
  private static final String FORM = "application/x-www-form-urlencoded";

  private static final List<String> TYPES =
      List.of(
          "application/json",
          FORM,
          FORM + "; charset=utf-8",
          "multipart/form-data; boundary=x",
          "multipart/mixed",
          "text/plain",
          "nonsense");

  /** Of a form it would be parameters and a broken escape. */
  private static final String ODD = "https://shop/?a=1&dryRun=true&note=odd&b=10%OFF";

  /** More than a form takes of one field before it is told what it is. */
  private static final String MUCH = " ".repeat(10_000);

  private static StoredServer server;
  private static String decision;
  private static int asked;

  @BeforeAll
  static void start() throws Exception {
    server = new StoredServer(RULES, Map.of("serving.ledger.lease", "PT1H"));
    String first =
        "{\"requestId\": \"first\", \"trigger\": \"VISIT\", \"shopperId\": \"ada\","
            + " \"cartCents\": 10000}";
    decision =
        Wire.JSON.readTree(server.post("/v1/decisions", first).body()).get("decisionId").asText();
    await().until(() -> rows("budget_promises WHERE decision_id = '" + decision + "'") == 1);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /** What each operation is asked, and what it answers and leaves behind. */
  private static final Map<String, Asked> ASKED =
      Map.of(
          "decide",
          new Asked(
              "/v1/decisions?dryRun=false",
              "{\"requestId\": \"ODD\", \"trigger\": \"VISIT\", \"shopperId\": \"ada\","
                  + " \"channel\": \"ODD\", \"cartCents\": 100}",
              200,
              () -> server.log.appended.size()),
          "quote",
          new Asked(
              "/v1/quotes",
              "{\"shopperId\": \"ada\", \"decisionIds\": [\"DECISION\"], \"couponCodes\": [\"ODD\"],"
                  + " \"cartCents\": 100}",
              200,
              null),
          "redeem",
          new Asked(
              "/v1/redemptions",
              "{\"key\": \"ODD\", \"decisionId\": \"DECISION\", \"action\": \"COMMIT\"}",
              200,
              () -> rows("budget_settlements")),
          "collect",
          new Asked(
              "/v1/events",
              "{\"messageId\": \"ODD\", \"event\": \"Product Viewed\", \"userId\": \"ada\","
                  + " \"productId\": \"p1\", \"timestamp\": \"2026-01-05T11:00:00Z\"}",
              202,
              () -> server.collector.collected.size()),
          "applyRules",
          new Asked(
              "/v1/rules",
              RULES.replace("100}", "NUMBER}") + "# ODD\n",
              200,
              () -> rows("rule_versions WHERE note = ''")),
          "evaluateFlag",
          new Asked(
              "/ofrep/v1/evaluate/flags/promotion",
              "{\"context\": {\"targetingKey\": \"ada\", \"requestId\": \"flag ODD\"}}",
              200,
              () -> server.log.appended.size()),
          "evaluateFlags",
          new Asked(
              "/ofrep/v1/evaluate/flags", "{\"context\": {\"targetingKey\": \"ODD\"}}", 200, null));

  /** How much there is of what it changes. */
  private interface Left {
    int count() throws Exception;
  }

  private record Asked(String path, String body, int status, Left left) {
    byte[] bytes() {
      String odd = ODD + asked++;
      return (body.replace("ODD", odd)
                  .replace("DECISION", decision)
                  .replace("NUMBER", "" + (100 + asked))
              + MUCH)
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  private static int rows(String where) throws Exception {
    try (var connection = server.postgres.store().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM serving." + where)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static HttpResponse<String> send(String path, String type, byte[] body) throws Exception {
    return server.send(
        server
            .to(path)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  static Stream<Arguments> cells() {
    return OpenApi.read().operations().stream()
        .filter(Operation::takesBody)
        .flatMap(one -> TYPES.stream().map(type -> Arguments.of(one.id(), type)));
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("cells")
  void aBodyIsItsBytes(String id, String type) throws Exception {
    Asked one = ASKED.get(id);
    assertThat(one).as("a new operation is asked here, too").isNotNull();
    int before = one.left() == null ? 0 : one.left().count();
    byte[] body = one.bytes();
    HttpResponse<String> answer = send(one.path(), type, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(one.status());
    if (one.left() != null) {
      assertThat(one.left().count()).as("what was asked for").isEqualTo(before + 1);
    }
    if (id.equals("collect")) {
      assertThat(server.collector.collected.get(before).bytes()).isEqualTo(body);
      assertThat(Wire.JSON.readTree(answer.body()).get("accepted").asInt()).isEqualTo(1);
    }
  }

  /** A form of parts is no event; it is kept as what it is. */
  @Test
  void partsOfAFormAreNoParametersAndNoEmptyEvent() throws Exception {
    byte[] parts =
        """
        --x\r
        Content-Disposition: form-data; name="dryRun"\r
        \r
        true\r
        --x--\r
        """
            .getBytes(StandardCharsets.UTF_8);
    int before = server.collector.collected.size();
    HttpResponse<String> answer = send("/v1/events", "multipart/form-data; boundary=x", parts);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(Wire.JSON.readTree(answer.body()).get("rejected")).hasSize(1);
    var kept = new ArrayList<>(server.collector.collected).get(before);
    assertThat(kept.bytes()).isEqualTo(parts);
  }
}
