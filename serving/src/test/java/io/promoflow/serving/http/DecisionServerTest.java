package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.promotion;
import static io.promoflow.serving.Cast.row;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Cast;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.ledger.OpenLedger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionServerTest {
  private static final RuleSet FIVE_OFF = rules(3, List.of(percentOff("five", 5)), List.of());
  private static final String ASK =
      """
      {"requestId": "r1", "trigger": "VISIT", "shopperId": "ada", "cartCents": 10000}
      """;

  private final InMemory.Feed feed = new InMemory.Feed();
  private final InMemory.Log log = new InMemory.Log();
  private final InMemory.Archive archive = new InMemory.Archive();
  private final HttpClient client = HttpClient.newHttpClient();
  private DecisionServer server;

  @BeforeEach
  void start() {
    var settings =
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers", "none",
                "postgres.url", "none",
                "serving.http.port", "0",
                "serving.http.max-body-bytes", "2048",
                "serving.assumed-lift", "0.5"));
    server =
        DecisionServer.start(
            HttpOptions.from(settings),
            InMemory.backends(feed, log, archive, OpenLedger.INSTANCE),
            id -> "k1." + id,
            Clock.fixed(NOON, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(to(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        to(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Wire.JSON.readTree(response.body());
  }

  private HttpResponse<String> post(String body) throws Exception {
    var request = to("/v1/decisions").POST(HttpRequest.BodyPublishers.ofString(body)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static Decision decision(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Wire.read(response.body().getBytes(StandardCharsets.UTF_8), Decision.class);
  }

  @Test
  void theMemberPriceIsForTheLevelOfTheRowUnlessTheQuestionTellsAnother() throws Exception {
    var gold = new Promotion.Terms(8.0, null, null, null, null, null, "gold");
    feed.write(
        "serving-rules",
        rules(3, List.of(promotion("gold", PromotionKind.MEMBER_PRICE, gold)), List.of()));
    feed.write(
        "shopper-features",
        new FeatureRow(
            "k1.ada", NOON.minusSeconds(60), Map.of(), Map.of("member_level", "gold"), "f1"));
    String question =
        """
        {"requestId": "%s", "trigger": "VISIT", "shopperId": "%s", "cartCents": 10000%s}
        """;
    assertThat(decision(post(question.formatted("r1", "ada", ""))).promotionId()).isEqualTo("gold");
    assertThat(
            decision(post(question.formatted("r2", "ada", ", \"memberLevel\": \"silver\"")))
                .promotionId())
        .isNull();
    assertThat(decision(post(question.formatted("r3", "bob", ""))).promotionId()).isNull();
    assertThat(
            decision(post(question.formatted("r4", "bob", ", \"memberLevel\": \"gold\"")))
                .promotionId())
        .isEqualTo("gold");
    assertThat(post(question.formatted("r5", "bob", ", \"memberLevel\": 1")).statusCode())
        .isEqualTo(400);
  }

  @Test
  void aQuestionIsAnsweredFromRulesModelsAndFeatures() throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    feed.write("models", Cast.segments());
    feed.write("models", Cast.propensity());
    feed.write("shopper-features", row("k1.ada", NOON.minusSeconds(60), 1));
    feed.write("shopper-features", row("k1.ada", NOON.plusSeconds(60), 9));
    Decision answer = decision(post(ASK));
    assertThat(answer.decisionId()).isEqualTo(DecisionRequest.decisionId("r1", Trigger.VISIT));
    assertThat(answer.shopperId()).isEqualTo("k1.ada");
    assertThat(answer.at()).isEqualTo(NOON);
    assertThat(answer.segment()).isEqualTo("s0");
    assertThat(answer.featuresAsOf()).isEqualTo(NOON.minusSeconds(60));
    assertThat(answer.ruleVersion()).isEqualTo(3);
    assertThat(log.appended).containsExactly(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "r\\u0000", "\\n1", "\\ud83d", "\\udc00r"})
  void whatNoStoreTakesIsRefused(String request) throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    HttpResponse<String> refused = post(ASK.replace("r1", request));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains("requestId must be a text");
    assertThat(post(ASK.replace("r1", "\\ud83d\\ude00")).statusCode()).isEqualTo(200);
    assertThat(log.appended).extracting(Decision::requestId).containsExactly("\ud83d\ude00");
    assertThat(get("/v1/decisions/d-%00").statusCode()).isEqualTo(404);
  }

  @Test
  void theSameQuestionGetsTheFirstAnswer() throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    Decision first = decision(post(ASK));
    feed.write("serving-rules", rules(4, List.of(), List.of()));
    assertThat(decision(post(ASK.replace("10000", "1")))).isEqualTo(first);
    assertThat(log.appended).hasSize(1);
    assertThat(decision(get("/v1/decisions/" + first.decisionId()))).isEqualTo(first);
  }

  @Test
  void theFirstAnswerIsFoundInTheArchiveAfterARestart() throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    Decision first = decision(post(ASK));
    stop();
    archive.decisions.put(first.decisionId(), first);
    log.broken = false;
    start();
    feed.write("serving-rules", rules(4, List.of(), List.of()));
    assertThat(decision(post(ASK))).isEqualTo(first);
    assertThat(decision(get("/v1/decisions/" + first.decisionId()))).isEqualTo(first);
    assertThat(log.appended).hasSize(1);
  }

  @Test
  void theSameQuestionManyTimesAtOnceIsDecidedOnce() throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < 50; i++) {
      var request = to("/v1/decisions").POST(HttpRequest.BodyPublishers.ofString(ASK)).build();
      answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    for (var answer : answers) {
      assertThat(answer.get().statusCode()).isEqualTo(200);
    }
    assertThat(log.appended).hasSize(1);
  }

  @Test
  void whatTheLogDoesNotTakeIsAnsweredWithNothingAndMayBeAskedAgain() throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    log.broken = true;
    Decision nothing = decision(post(ASK));
    assertThat(nothing.promotionId()).isNull();
    assertThat(nothing.stale()).isTrue();
    assertThat(get("/metrics").body()).contains("promoflow_server_unlogged_total 1.0");
    log.broken = false;
    assertThat(decision(post(ASK)).promotionId()).isEqualTo("five");
    assertThat(log.appended).hasSize(1);
  }

  @Test
  void whileTheLogIsAwayDecisionsAreAnsweredFromMemoryAndLoggedLater() throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    log.back = new CompletableFuture<>();
    Decision waited = decision(post(ASK));
    Decision atOnce = decision(post(ASK.replace("r1", "r2")));
    assertThat(waited.promotionId()).isEqualTo("five");
    assertThat(waited.stale()).isTrue();
    assertThat(atOnce.stale()).isTrue();
    assertThat(decision(post(ASK))).as("asked again").isEqualTo(waited);
    assertThat(json(get("/health/ready")).get("stale").asBoolean()).isTrue();
    assertThat(log.appended).isEmpty();

    log.back.complete(null);
    log.back = null;
    assertThat(log.appended).extracting(Decision::requestId).containsExactlyInAnyOrder("r1", "r2");
    assertThat(decision(post(ASK.replace("r1", "r3"))).stale()).isFalse();
    assertThat(json(get("/health/ready")).get("stale").asBoolean()).isFalse();
  }

  @Test
  void whileTheStoreIsAwayDecisionsAreAnsweredFromMemory() throws Exception {
    var once = promotion("once", PromotionKind.PERCENT_OFF, percent(5), List.of(), 1);
    feed.write("serving-rules", rules(1, List.of(once), List.of()));
    archive.away = true;
    Decision first = decision(post(ASK));
    assertThat(first.promotionId()).isEqualTo("once");
    assertThat(first.stale()).isTrue();
    assertThat(decision(post(ASK.replace("r1", "r2"))).promotionId())
        .as("the cap counts what went from here")
        .isNull();
    assertThat(decision(post("/v1/decisions?dryRun=true", ASK.replace("r1", "r3"))).stale())
        .isTrue();
    assertThat(log.appended).hasSize(2).allMatch(Decision::stale);
  }

  @Test
  void theCapOfAShopperHoldsBeforeTheArchiveKnows() throws Exception {
    var once = promotion("once", PromotionKind.PERCENT_OFF, percent(5), List.of(), 1);
    var always = experiment("x", Trigger.VISIT, control(0), variant("give", 1, "once"));
    feed.write("serving-rules", rules(1, List.of(once), List.of(always)));
    assertThat(decision(post(ASK)).promotionId()).isEqualTo("once");
    assertThat(decision(post(ASK.replace("r1", "r2"))).promotionId()).isNull();
    assertThat(decision(post(ASK.replace("r1", "r3").replace("ada", "bob"))).promotionId())
        .isEqualTo("once");
  }

  @Test
  void itIsReadyWhenTheTopicsHaveBeenReadToTheirEndAndThereAreRules() throws Exception {
    feed.atEnd = false;
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(post(ASK).statusCode()).isEqualTo(503);
    feed.atEnd = true;
    assertThat(get("/health/ready").body()).contains("\"waitingFor\":[\"rules\"]");
    assertThat(post(ASK).body()).contains("there are no serving rules yet");
    feed.write("serving-rules", FIVE_OFF);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void itTellsHowFarItHasRead() {
    var features = new TopicPartition("shopper-features", 0);
    assertThat(server.caughtUpTo(Map.of(features, 1L))).isFalse();
    feed.write("shopper-features", row("k1.ada", NOON, 1));
    assertThat(server.caughtUpTo(Map.of(features, 1L))).isTrue();
    assertThat(server.positions()).containsEntry(features, 1L);
  }

  @Test
  void anUnreadableRecordIsLeftOut() throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    feed.write("serving-rules", "{".getBytes(StandardCharsets.UTF_8));
    feed.write("shopper-features", "[]".getBytes(StandardCharsets.UTF_8));
    assertThat(decision(post(ASK)).ruleVersion()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ | the body is no JSON",
        "[] | the body must be a JSON object",
        "`` | the body must be a JSON object",
        "{\"requestId\": \"r\", \"trigger\": \"VISIT\"} | shopperId must be given",
        "{\"requestId\": 7, \"trigger\": \"VISIT\", \"shopperId\": \"a\"}"
            + " | requestId must be a text of 1 to 256 characters, none for control",
        "{\"requestId\": \"r\", \"trigger\": \"NEVER\", \"shopperId\": \"a\"}"
            + " | trigger must be one of [VISIT, CART_ADD, ABANDONED_CART], is 'NEVER'",
        "{\"requestId\": \"r\", \"trigger\": \"VISIT\", \"shopperId\": \"a\", \"cartCents\": -1}"
            + " | cartCents must be a whole number from 0 to 10000000000",
        "{\"requestId\": \"r\", \"trigger\": \"VISIT\", \"shopperId\": \"a\", \"cartCents\": 1.5}"
            + " | cartCents must be a whole number from 0 to 10000000000",
        "{\"requestId\": \"r\", \"trigger\": \"VISIT\", \"shopperId\": \"a\", \"at\": \"2027-01-05T12:00:00Z\"}"
            + " | at must not be more than PT1H ahead, is 2027-01-05T12:00:00Z",
        "{\"requestId\": \"r\", \"trigger\": \"VISIT\", \"shopperId\": \"a\", \"cartcents\": 1}"
            + " | unknown field 'cartcents', known are"
            + " [requestId, trigger, shopperId, at, cartCents, productIds, cart, channel, memberLevel]",
      })
  void aQuestionThatBreaksARuleIsRefusedNamingIt(String body, String detail) throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    HttpResponse<String> refused = post(body);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertProblem(refused, 400, detail);
    assertThat(log.appended).isEmpty();
  }

  @Test
  void everyErrorIsAProblemDocument() throws Exception {
    assertProblem(get("/v1/decisions/d-0"), 404, "there is no decision d-0");
    assertProblem(get("/nowhere"), 404, "nothing is here: GET /nowhere");
    assertProblem(get("/v1/decisions"), 405, "/v1/decisions");
    assertProblem(post("x".repeat(3_000)), 413, "at most 2048 bytes are taken");
    assertProblem(post("/v1/events", "x".repeat(40_000)), 413, "at most 32768 bytes are taken");
    assertProblem(post("/v1/rules", "x".repeat(40_000)), 413, "at most 32768 bytes are taken");
  }

  private static void assertProblem(HttpResponse<String> response, int status, String detail)
      throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
    JsonNode problem = Wire.JSON.readTree(response.body());
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("type").asText()).startsWith("urn:promoflow:problem:");
    assertThat(problem.get("detail").asText()).isEqualTo(detail);
  }

  @Test
  void metricsCountAnswersByStatus() throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    decision(post(ASK));
    assertThat(get("/metrics").body())
        .contains("promoflow_server_decisions_seconds_count{status=\"200\"} 1")
        .contains("promoflow_server_rule_version 3.0");
  }

  @Test
  void aDryRunAnswersTheSameAndChangesNothing() throws Exception {
    feed.write("serving-rules", FIVE_OFF);
    JsonNode dry = json(post("/v1/decisions?dryRun=true", ASK));
    assertThat(log.appended).isEmpty();
    assertThat(json(post("/v1/decisions", ASK))).isEqualTo(dry);
    assertThat(log.appended).hasSize(1);
    assertProblem(post("/v1/decisions?dryRun=yes", ASK), 400, "dryRun must be true or false");
  }

  @Test
  void aDecisionIsExplainedUnderTheRulesThatItWasMadeUnder() throws Exception {
    RuleSet rules =
        rules(
            3,
            List.of(
                promotion(
                    "rich",
                    PromotionKind.PERCENT_OFF,
                    percent(20),
                    List.of(new Condition("cart_cents", Operator.GE, 50_000.0, null)),
                    null),
                percentOff("five", 5)),
            List.of());
    feed.write("serving-rules", rules);
    archive.rules.put(3L, rules);
    String id = json(post("/v1/decisions", ASK)).get("decisionId").asText();
    feed.write("serving-rules", rules(4, List.of(percentOff("other", 1)), List.of()));

    JsonNode explained = json(get("/v1/decisions/" + id));
    assertThat(explained.get("decisionId").asText()).isEqualTo(id);
    assertThat(explained.get("explanation").findValuesAsText("promotionId"))
        .containsExactly("rich", "five");
    assertThat(explained.get("explanation").get(0).get("detail").asText())
        .isEqualTo("cart_cents is 10000.0, must be GE 50000.0");
  }

  @Test
  void aRedemptionThatTheLedgerRefusesIsAProblemWithItsAnswer() throws Exception {
    var refused =
        post(
            "/v1/redemptions", "{\"key\": \"k\", \"decisionId\": \"d-1\", \"action\": \"COMMIT\"}");
    assertThat(refused.statusCode()).isEqualTo(409);
    JsonNode problem = Wire.JSON.readTree(refused.body());
    assertThat(problem.get("type").asText()).isEqualTo("urn:promoflow:problem:refused");
    assertThat(problem.get("refusal").asText()).isEqualTo("NOTHING_PROMISED");
    assertThat(problem.get("key").asText()).isEqualTo("k");
    assertProblem(
        post("/v1/redemptions", "{\"key\": \"k\", \"decisionId\": \"d-1\", \"action\": \"PAY\"}"),
        400,
        "action must be one of [COMMIT, CANCEL, REFUND], is 'PAY'");
  }
}
