package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.limited;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Cast;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.DualPrices.Price;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.pricing.Reason;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events, flags, rules and the page, over HTTP. */
class HttpApiTest {
  private static final String VIEW =
      """
      {"eventId": "e1", "type": "PRODUCT_VIEWED", "shopperId": "ada",\
       "at": "2026-01-05T11:00:00Z", "productId": "p1"}""";

  private LiveServer server;

  @BeforeEach
  void start() throws Exception {
    server = new LiveServer(Map.of(), null);
    server.feed.write(
        "serving-rules",
        rules(
            3,
            List.of(percentOff("five", 5)),
            List.of(experiment("x", Trigger.VISIT, control(0), variant("give", 1, "five")))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static JsonNode json(HttpResponse<String> response, int status) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return Wire.JSON.readTree(response.body());
  }

  @Test
  void eventsGoToTheTopicAsTheyCame() throws Exception {
    String odd = "{ \"eventId\" : 7 }";
    JsonNode taken = json(server.post("/v1/events", "[ " + VIEW + " ,\n" + odd + ", 5 ]"), 202);
    assertThat(taken.get("received").asInt()).isEqualTo(3);
    assertThat(taken.get("rejected").findValuesAsText("index")).containsExactly("1", "2");
    assertThat(server.collector.collected)
        .extracting(raw -> new String(raw.bytes(), StandardCharsets.UTF_8))
        .containsExactly(VIEW, odd, "5");
    assertThat(server.collector.collected.get(1).shopperId()).isNull();
  }

  @Test
  void aThousandEventsAreTakenAtOnce() throws Exception {
    List<String> events =
        IntStream.range(0, 1_000)
            .mapToObj(i -> VIEW.replace("e1", "e" + i).replace("p1", "p".repeat(200)))
            .toList();
    String body = "[" + String.join(",", events) + "]";
    assertThat(body.length()).as("more than other bodies may have").isGreaterThan(300_000);
    JsonNode taken = json(server.post("/v1/events", body), 202);
    assertThat(taken.get("accepted").asInt()).isEqualTo(1_000);
    assertThat(server.collector.collected)
        .extracting(raw -> new String(raw.bytes(), StandardCharsets.UTF_8))
        .isEqualTo(events);
    assertThat(server.post("/v1/quotes", body).statusCode()).isEqualTo(413);
  }

  @Test
  void aGoodEventKeepsTheOrderOfItsShopper() throws Exception {
    JsonNode taken = json(server.post("/v1/events", VIEW), 202);
    assertThat(taken.get("accepted").asInt()).as(taken.toString()).isEqualTo(1);
    assertThat(server.collector.collected.get(0).shopperId()).isEqualTo("ada");
  }

  @Test
  void aDryRunOfEventsKeepsNothing() throws Exception {
    JsonNode taken = json(server.post("/v1/events?dryRun=true", "[" + VIEW + ", {}]"), 200);
    assertThat(taken.get("accepted").asInt()).isEqualTo(1);
    assertThat(server.collector.collected).isEmpty();
  }

  @Test
  void whatIsNoArrayIsOneEventAndABrokenArrayIsRefusedWhole() throws Exception {
    json(server.post("/v1/events", "{broken"), 202);
    assertThat(server.collector.collected).hasSize(1);
    json(server.post("/v1/events", "[" + VIEW), 400);
    json(server.post("/v1/events", "[" + "1,".repeat(1_001) + "1]"), 400);
    assertThat(server.collector.collected).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void anArrayInAnotherEncodingIsRefused(String encoding) throws Exception {
    byte[] body = ("[" + VIEW + "," + VIEW + "]").getBytes(encoding);
    var refused =
        server.send(
            server.to("/v1/events").POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
    assertThat(json(refused, 400).get("detail").asText())
        .isEqualTo("the array of events must be UTF-8");
    assertThat(server.collector.collected).isEmpty();
  }

  @Test
  void eventsStandWhereTheyStandAlsoAfterAByteOrderMark() throws Exception {
    json(server.post("/v1/events", "\ufeff[" + VIEW + ", 5]"), 202);
    assertThat(server.collector.collected)
        .extracting(raw -> new String(raw.bytes(), StandardCharsets.UTF_8))
        .containsExactly(VIEW, "5");
  }

  @Test
  void anExperimentIsAFlagWhoseValueIsTheVariant() throws Exception {
    JsonNode flag =
        json(
            server.post("/ofrep/v1/evaluate/flags/x", "{\"context\": {\"targetingKey\": \"ada\"}}"),
            200);
    assertThat(flag.get("value").asText()).isEqualTo("give");
    assertThat(flag.get("variant").asText()).isEqualTo("give");
    assertThat(flag.get("reason").asText()).isEqualTo("SPLIT");
    assertThat(flag.get("metadata").get("ruleVersion").asInt()).isEqualTo(3);
    assertThat(server.log.appended).isEmpty();
  }

  @Test
  void thePromotionIsAFlagAndWithARequestIdADecision() throws Exception {
    String ask =
        """
        {"context": {"targetingKey": "ada", "cartCents": 10000.0, "requestId": "r1"}}
        """;
    JsonNode flag = json(server.post("/ofrep/v1/evaluate/flags/promotion", ask), 200);
    assertThat(flag.get("value").asText()).isEqualTo("five");
    assertThat(server.log.appended).singleElement().matches(d -> d.requestId().equals("r1"));
    String id = flag.get("metadata").get("decisionId").asText();
    assertThat(json(server.get("/v1/decisions/" + id), 200).get("promotionId").asText())
        .isEqualTo("five");
  }

  @Test
  void aFlagIsForTheLevelThatItsContextTells() throws Exception {
    var terms = new Promotion.Terms(8.0, null, null, null, null, null, "gold");
    Promotion gold = Cast.promotion("gold", PromotionKind.MEMBER_PRICE, terms);
    server.feed.write("serving-rules", rules(4, List.of(gold), List.of()));
    String ask = "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": 10000%s}}";
    String path = "/ofrep/v1/evaluate/flags/promotion";
    assertThat(json(server.post(path, ask.formatted("")), 200).get("value").asText())
        .isEqualTo("none");
    String told = ask.formatted(", \"memberLevel\": \"gold\"");
    assertThat(json(server.post(path, told), 200).get("value").asText()).isEqualTo("gold");
  }

  @Test
  void allFlagsAreSentAgainOnlyWhenTheyHaveChanged() throws Exception {
    String ask = "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": 10000}}";
    HttpResponse<String> all = server.post("/ofrep/v1/evaluate/flags", ask);
    assertThat(json(all, 200).get("flags").findValuesAsText("key"))
        .containsExactly("promotion", "x");
    String tag = all.headers().firstValue("ETag").orElseThrow();
    HttpRequest again =
        server
            .to("/ofrep/v1/evaluate/flags")
            .header("If-None-Match", tag)
            .POST(HttpRequest.BodyPublishers.ofString(ask))
            .build();
    assertThat(server.send(again).statusCode()).isEqualTo(304);
    server.feed.write("serving-rules", rules(4, List.of(), List.of()));
    assertThat(server.send(again).statusCode()).isEqualTo(200);
  }

  @Test
  void anyTagOfAnAnswerBeforeWillDo() throws Exception {
    String ask = "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": 10000}}";
    String tag =
        server.post("/ofrep/v1/evaluate/flags", ask).headers().firstValue("ETag").orElseThrow();
    var statuses = new LinkedHashMap<String, Integer>();
    for (String told :
        List.of(
            "W/" + tag, "\"older\", W/" + tag, tag + ",\"a\"", "*", "\"older\"", "W/", tag + "x")) {
      HttpRequest again =
          server
              .to("/ofrep/v1/evaluate/flags")
              .header("If-None-Match", "\"first\"")
              .header("If-None-Match", told)
              .POST(HttpRequest.BodyPublishers.ofString(ask))
              .build();
      HttpResponse<String> answer = server.send(again);
      assertThat(answer.headers().firstValue("ETag")).contains(tag);
      statuses.put(told.replace(tag, "TAG"), answer.statusCode());
    }
    assertThat(statuses.toString())
        .isEqualTo(
            "{W/TAG=304, \"older\", W/TAG=304, TAG,\"a\"=304, *=304, \"older\"=200, W/=200, TAGx=200}");
  }

  /** Refused in new files; rules that were in force before may have one. */
  @Test
  void anExperimentCalledPromotionTakesNobodysFlag() throws Exception {
    server.feed.write(
        "serving-rules",
        rules(
            4,
            List.of(percentOff("five", 5)),
            List.of(
                experiment("promotion", Trigger.CART_ADD, control(0), variant("give", 1, "five")),
                experiment("x", Trigger.VISIT, control(0), variant("give", 1, "five")))));
    String ask =
        "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": 10000, \"requestId\": \"r1\"}}";
    JsonNode flag = json(server.post("/ofrep/v1/evaluate/flags/promotion", ask), 200);
    assertThat(flag.get("value").asText()).isEqualTo("five");
    assertThat(server.log.appended).as("it is a decision").hasSize(1);
    JsonNode all = json(server.post("/ofrep/v1/evaluate/flags", ask), 200).get("flags");
    assertThat(all.findValuesAsText("key")).containsExactly("promotion", "x");
    assertThat(all.get(0).get("value").asText()).isEqualTo("five");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%1$s{}", "%1$s %1$s", "%1$s xyz", "%1$s]", "%2$s", "[%1$s]", ""})
  void aBodyIsOneDocumentAndNamesNothingTwice(String form) throws Exception {
    var asked =
        Map.of(
            "/v1/decisions", question("r1").strip(),
            "/v1/decisions?dryRun=true", question("r1").strip(),
            "/v1/redemptions", "{\"key\": \"k\", \"decisionId\": \"d-1\", \"action\": \"CANCEL\"}",
            "/v1/quotes", "{\"shopperId\": \"ada\", \"decisionIds\": [\"d-1\"]}",
            "/ofrep/v1/evaluate/flags", "{\"context\": {\"targetingKey\": \"ada\"}}",
            "/ofrep/v1/evaluate/flags/promotion",
                "{\"context\": {\"targetingKey\": \"ada\", \"requestId\": \"r\"}}");
    for (var one : asked.entrySet()) {
      String good = one.getValue();
      String twice = good.replaceFirst("\\{(.*?)(\"\\w+\": [\"\\[{].*)}$", "{$1$2, $2}");
      String body = form.formatted(good, twice);
      HttpResponse<String> answer = server.post(one.getKey(), body);
      assertThat(answer.statusCode()).as(one.getKey() + " " + body + answer.body()).isEqualTo(400);
    }
    assertThat(server.log.appended).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[%s]\n[%s]", "[%s] garbage", "[%s]]", "[%s] %s", "[%s],"})
  void nothingComesAfterAnArrayOfEvents(String form) throws Exception {
    json(server.post("/v1/events", form.formatted(VIEW, VIEW)), 400);
    json(server.post("/v1/events?dryRun=true", form.formatted(VIEW, VIEW)), 400);
    assertThat(server.collector.collected).isEmpty();
    json(server.post("/v1/events", "[" + VIEW + "]\n"), 202);
  }

  @Test
  void rulesOfAnotherEncodingAreRefused() throws Exception {
    String rules =
        "promotions: [{id: t, kind: percent-off, terms: {percent: 10}, categories: [M\u00f6bel]}]";
    for (String path : List.of("/v1/rules", "/v1/rules?dryRun=true")) {
      var request =
          server
              .to(path)
              .POST(
                  HttpRequest.BodyPublishers.ofByteArray(
                      rules.getBytes(StandardCharsets.ISO_8859_1)));
      JsonNode problem = json(server.send(request.build()), 400);
      assertThat(problem.get("detail").asText())
          .isEqualTo("the file is no UTF-8, at byte " + rules.indexOf('\u00f6'));
    }
    assertThat(server.post("/v1/rules", rules).statusCode()).as("the store is away").isEqualTo(503);
  }

  @Test
  void aQuoteNeedsRulesDecisionsAndALedger() throws Exception {
    JsonNode decided = json(server.post("/v1/decisions", question("r1")), 200);
    String id = decided.get("decisionId").asText();
    String ask = "{\"shopperId\": \"ada\", \"decisionIds\": [\"%s\"], \"cartCents\": 10000}";
    JsonNode quote = json(server.post("/v1/quotes", ask.formatted(id)), 200);
    assertThat(quote.get("applied")).isEmpty();
    assertThat(quote.get("notApplied").get(0).get("reason").asText())
        .as("this ledger keeps nothing")
        .isEqualTo("NOTHING_PROMISED");
    assertThat(server.log.appended).hasSize(1);
    server.archive.away = true;
    HttpResponse<String> away = server.post("/v1/quotes", ask.formatted("d-of-another-server"));
    assertThat(json(away, 503).get("type").asText()).isEqualTo("urn:promoflow:problem:unavailable");
    assertThat(away.headers().firstValue("Retry-After")).isPresent();
    server.feed.atEnd = false;
    assertThat(json(server.post("/v1/quotes", ask.formatted(id)), 503).get("type").asText())
        .isEqualTo("urn:promoflow:problem:not-ready");
    try (var empty = new LiveServer(Map.of(), null)) {
      assertThat(json(empty.post("/v1/quotes", ask.formatted(id)), 503).get("detail").asText())
          .isEqualTo("there are no serving rules yet");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-9999-01-01T00:00:00Z",
        "-999999999-01-01T00:00:00+18:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "1989-12-31T23:59:59.999Z",
        "1990-01-01T00:00:00+00:01"
      })
  void aMomentBeforeOurTimesIsRefusedWhereverOneIsTold(String at) throws Exception {
    String decides = question("old").replace("}", ", \"at\": \"" + at + "\"}");
    String redeems =
        "{\"key\": \"k\", \"decisionId\": \"d-1\", \"action\": \"COMMIT\", \"at\": \"" + at + "\"}";
    String quotes = "{\"shopperId\": \"ada\", \"decisionIds\": [\"d-1\"], \"at\": \"" + at + "\"}";
    var asked =
        List.of(
            Map.entry("/v1/decisions", decides),
            Map.entry("/v1/decisions?dryRun=true", decides),
            Map.entry("/v1/decisions?dryRun=false", decides),
            Map.entry("/v1/redemptions", redeems),
            Map.entry("/v1/redemptions?dryRun=true", redeems),
            Map.entry("/v1/quotes", quotes));
    for (var one : asked) {
      JsonNode problem = json(server.post(one.getKey(), one.getValue()), 400);
      assertThat(problem.get("detail").asText())
          .as(one.getKey())
          .startsWith("at must not be before 1990-01-01T00:00:00Z");
    }
    assertThat(server.log.appended).isEmpty();
  }

  @Test
  void theFlagsOfAContextAreOfNow() throws Exception {
    String ask =
        """
        {"context": {"targetingKey": "ada", "cartCents": 10000, "requestId": "r1",
         "at": "-9999-01-01T00:00:00Z"}}
        """;
    json(server.post("/ofrep/v1/evaluate/flags/promotion", ask), 200);
    assertThat(server.log.appended).singleElement().matches(d -> d.at().equals(Cast.NOON));
  }

  @Test
  void theFirstMomentOfOurTimesIsTaken() throws Exception {
    String at = ", \"at\": \"1990-01-01T00:00:00Z\"}";
    json(server.post("/v1/decisions", question("old").replace("}", at)), 200);
    assertThat(server.log.appended)
        .singleElement()
        .matches(d -> d.at().toString().equals("1990-01-01T00:00:00Z"));
  }

  @Test
  void whoeverNamesARequestFlagAnswersNobodyElsesFlags() throws Exception {
    json(server.post("/v1/decisions", question("flag")), 200);
    server.feed.write("serving-rules", rules(4, List.of(percentOff("ten", 10)), List.of()));
    for (String shopper : List.of("bob", "ada")) {
      String ask = "{\"context\": {\"targetingKey\": \"" + shopper + "\", \"cartCents\": 10000}}";
      JsonNode flag = json(server.post("/ofrep/v1/evaluate/flags/promotion", ask), 200);
      assertThat(flag.get("value").asText()).as(shopper).isEqualTo("ten");
    }
  }

  @Test
  void everyShopperHasAFlagOfHisOwnAndNobodyLooksForItInTheStore() throws Exception {
    var ids = new HashSet<String>();
    for (String path : List.of("/promotion", "/x", "/x")) {
      for (String shopper : List.of("ada", "bob")) {
        String ask = "{\"context\": {\"targetingKey\": \"" + shopper + "\"}}";
        JsonNode flag = json(server.post("/ofrep/v1/evaluate/flags" + path, ask), 200);
        ids.add(flag.get("metadata").get("decisionId").asText());
      }
    }
    assertThat(ids).as("the moment is the same: one per shopper").hasSize(2);
    assertThat(server.archive.askedFor).isEmpty();
  }

  /** The draw goes by the id, so it must differ between shoppers. */
  @Test
  void explorationTriesEveryChoiceOnFlagsToo() throws Exception {
    var values = new TreeMap<String, Integer>();
    try (var exploring = new LiveServer(Map.of("serving.exploration-share", "0.5"), null)) {
      exploring.feed.write("serving-rules", rules(1, List.of(percentOff("five", 5)), List.of()));
      for (int i = 0; i < 200; i++) {
        String ask = "{\"context\": {\"targetingKey\": \"s" + i + "\", \"cartCents\": 10000}}";
        JsonNode flag = json(exploring.post("/ofrep/v1/evaluate/flags/promotion", ask), 200);
        values.merge(flag.get("value").asText(), 1, Integer::sum);
      }
    }
    assertThat(values.get("five")).as("three of four: " + values).isBetween(120, 180);
    assertThat(values.get("none")).as("one of four: " + values).isBetween(20, 80);
  }

  @Test
  void noFlagIsEvaluatedBeforeTheTopicsAreRead() throws Exception {
    server.feed.atEnd = false;
    String ask = "{\"context\": {\"targetingKey\": \"ada\", \"requestId\": \"r1\"}}";
    for (String path : List.of("/promotion", "/x", "")) {
      JsonNode problem = json(server.post("/ofrep/v1/evaluate/flags" + path, ask), 503);
      assertThat(problem.get("type").asText()).isEqualTo("urn:promoflow:problem:not-ready");
    }
    assertThat(server.log.appended).isEmpty();
  }

  @Test
  void flagErrorsAreTheProtocols() throws Exception {
    String path = "/ofrep/v1/evaluate/flags/";
    assertThat(error(path + "x", "{", 400)).isEqualTo("PARSE_ERROR");
    assertThat(error(path + "x", "{}", 400)).isEqualTo("INVALID_CONTEXT");
    assertThat(error(path + "x", "{\"context\": {}}", 400)).isEqualTo("TARGETING_KEY_MISSING");
    assertThat(error(path + "y", "{\"context\": {\"targetingKey\": \"ada\"}}", 404))
        .isEqualTo("FLAG_NOT_FOUND");
    assertThat(
            error(
                path + "promotion",
                "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": -1}}",
                400))
        .isEqualTo("INVALID_CONTEXT");
  }

  private String error(String path, String body, int status) throws Exception {
    return json(server.post(path, body), status).get("errorCode").asText();
  }

  @Test
  void theRulesInForceAreShownAndBadOnesRefusedWhole() throws Exception {
    assertThat(json(server.get("/v1/rules"), 200).get("version").asInt()).isEqualTo(3);
    JsonNode refused =
        json(
            server.post("/v1/rules?dryRun=true", "promotions:\n  - {id: a, kind: percentoff}\n"),
            422);
    assertThat(refused.get("problems").get(0).asText()).contains("kind");
    assertThat(json(server.get("/v1/rules"), 200).get("version").asInt()).isEqualTo(3);
  }

  /**
   * Whether a rule on a feature is refused; what is not gets as far as the store, which is away.
   */
  private boolean isRefused(String feature, int number) throws Exception {
    String file =
        """
        promotions:
          - id: a
            kind: percent-off
            terms: {percent: 5}
            eligibility: [{field: %s, operator: GE, number: %d}]
        """
            .formatted(feature, number);
    HttpResponse<String> answer = server.post("/v1/rules?dryRun=true", file);
    assertThat(answer.statusCode()).as(answer.body()).isIn(422, 503);
    return answer.statusCode() == 422;
  }

  @Test
  void rulesAskForWhatRowsHaveOrModelsInForceKnowAndNoOtherWindow() throws Exception {
    assertThat(isRefused("orders_14d", 1)).as("nobody knows the windows yet").isFalse();
    assertThat(isRefused("tea_cups_7d", 1)).isTrue();
    var values = Map.of("orders_30d", 1.0, "tea_cups_7d", 3.0);
    server.feed.write(
        "shopper-features",
        new FeatureRow("k1.ada", Cast.NOON, values, Map.of("favourite_tea", "green"), "f1"));
    assertThat(isRefused("orders_14d", 1)).as("no row has such a window").isTrue();
    assertThat(isRefused("views_30d", 1)).as("shipped, over a window that rows have").isFalse();
    assertThat(isRefused("tea_cups_7d", 1)).as("declared by the shop").isFalse();
    assertThat(isRefused("tea_cups_30d", 1)).as("no row has it").isTrue();
    assertThat(isRefused("favourite_tea", 1)).isFalse();
    assertThat(isRefused("days_since_last_order", 1_000)).isFalse();
    server.feed.write("models", asking("orders_14d"));
    assertThat(isRefused("orders_14d", 1)).as("a model in force knows it").isFalse();
    assertThat(isRefused("orders_90d", 1)).isTrue();
  }

  private static ModelVersion asking(String feature) {
    return new ModelVersion(
        "propensity",
        "propensity@1",
        ModelKind.LOGISTIC,
        "test",
        Cast.NOON,
        Cast.NOON,
        List.of(feature),
        new double[] {0},
        List.of(),
        new double[] {0},
        new double[] {1},
        null,
        null,
        new double[] {1},
        0,
        10,
        Map.of());
  }

  @Test
  void thePageIsServedFromHereAlone() throws Exception {
    String page = server.get("/docs").body();
    assertThat(page).contains("/docs/swagger-ui-bundle.js").doesNotContain("http:", "https:");
    assertThat(server.get("/docs/swagger-ui-bundle.js").body()).contains("SwaggerUIBundle");
    assertThat(server.get("/docs/swagger-ui.css").statusCode()).isEqualTo(200);
    assertThat(server.get("/docs/docs.js").body()).contains("/openapi.yaml");
    assertThat(server.get("/docs/..%2fserving.yaml").statusCode()).isEqualTo(404);
  }

  @Test
  void theDocumentResolvesAndIsOfTheVersionItSays() throws Exception {
    String text = server.get("/openapi.yaml").body();
    assertThat(text).startsWith("openapi: 3.1");
    JsonNode document =
        new com.fasterxml.jackson.databind.ObjectMapper(
                new com.fasterxml.jackson.dataformat.yaml.YAMLFactory())
            .readTree(text);
    for (JsonNode reference : document.findValues("$ref")) {
      String pointer = reference.asText().substring(1);
      assertThat(document.at(pointer).isMissingNode()).as(pointer).isFalse();
    }
  }

  @Test
  void theDocumentNamesEveryReason() throws Exception {
    JsonNode schemas =
        new com.fasterxml.jackson.databind.ObjectMapper(
                new com.fasterxml.jackson.dataformat.yaml.YAMLFactory())
            .readTree(server.get("/openapi.yaml").body())
            .at("/components/schemas");
    assertThat(named(schemas.at("/Candidate/properties/loss/enum")))
        .containsExactlyElementsOf(Stream.of(Decision.Loss.values()).map(Enum::name).toList());
    assertThat(named(schemas.at("/Settlement/properties/refusal/enum")))
        .containsExactlyElementsOf(Stream.of(Refusal.values()).map(Enum::name).toList());
    assertThat(named(schemas.at("/NotAppliedPromise/properties/reason/enum")))
        .containsExactlyElementsOf(Stream.of(Reason.values()).map(Enum::name).toList());
  }

  private static List<String> named(JsonNode values) {
    var names = new ArrayList<String>();
    values.forEach(value -> names.add(value.asText()));
    return names;
  }

  @Test
  void answersAreNeitherSniffedNorKept() throws Exception {
    for (String path : List.of("/v1/rules", "/nowhere", "/health/live")) {
      var headers = server.get(path).headers();
      assertThat(headers.firstValue("X-Content-Type-Options")).as(path).contains("nosniff");
      assertThat(headers.firstValue("Cache-Control")).as(path).contains("no-store");
    }
  }

  @Test
  void withoutKeysItListensOnlyWhereNobodyElseCanReachIt() {
    var open =
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers", "none",
                "postgres.url", "none",
                "serving.http.host", "0.0.0.0"));
    assertThatThrownBy(() -> HttpOptions.from(open))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("serving.http.api-keys must be true")
        .hasMessageContaining("0.0.0.0");
  }

  @Test
  void dualPricesFromTheTopicCountInAnswers() throws Exception {
    RuleSet offers =
        rules(4, List.of(percentOff("five", 5), limited(percentOff("three", 3))), List.of());
    server.feed.write("serving-rules", offers);
    JsonNode free = json(server.post("/v1/decisions", question("free")), 200);
    assertThat(free.get("promotionId").asText()).isEqualTo("three");
    assertThat(free.get("pricesVersion")).isNull();

    var dear = new DualPrices("prices@1", Cast.NOON, Map.of("three", new Price(9, 0)), 0);
    server.feed.write("dual-prices", dear);
    JsonNode priced = json(server.post("/v1/decisions", question("priced")), 200);
    assertThat(priced.get("promotionId").asText()).as("what its budget is worth").isEqualTo("five");
    assertThat(priced.get("pricesVersion").asText()).isEqualTo("prices@1");
    JsonNode three = priced.get("candidates").get(1);
    assertThat(three.get("loss").asText()).isEqualTo("NOT_WORTH_ITS_COST");
    assertThat(three.get("priceCents").asDouble()).isCloseTo(9 * 300 * 0.15, within(1e-9));
  }

  private static String question(String request) {
    return """
        {"requestId": "%s", "trigger": "VISIT", "shopperId": "ada", "cartCents": 10000}
        """
        .formatted(request);
  }
}
