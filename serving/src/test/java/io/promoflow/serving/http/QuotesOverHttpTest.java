package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.store.BulkWriter;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.rules.RuleFile;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decisions, then quotes of them, then their redemption, on a real ledger. */
class QuotesOverHttpTest {
  /** Each is promised where the shopper is asked about on the channel of its name. */
  private static final String RULES =
      """
      promotions:
        - {id: ship, kind: free-shipping, terms: {amountCents: 490}, priority: 9, stackingGroup: shipping,
           eligibility: [{field: channel, operator: IN, values: [ship]}], stock: 1000}
        - {id: save, kind: spend-x-save-y, terms: {amountCents: 1000, minSpendCents: 8000}, priority: 8,
           stackingGroup: cart, eligibility: [{field: channel, operator: IN, values: [save]}], budgetCents: 10000000}
        - {id: mugs, kind: percent-off, terms: {percent: 10}, categories: [mugs], priority: 5, stackingGroup: extra,
           eligibility: [{field: channel, operator: IN, values: [mugs]}], budgetCents: 10000000}
        - {id: brew, kind: percent-off, terms: {percent: 10}, categories: [tea], priority: 5, stackingGroup: extra,
           eligibility: [{field: channel, operator: IN, values: [brew]}], budgetCents: 10000000}
        - {id: code, kind: coupon, terms: {percent: 5, couponCode: TEA}, priority: 3, stackingGroup: codes,
           eligibility: [{field: channel, operator: IN, values: [code]}], budgetCents: 10000000}
        - {id: alone, kind: percent-off, terms: {percent: 5}, priority: 1,
           eligibility: [{field: channel, operator: IN, values: [alone]}]}
        - {id: tight, kind: percent-off, terms: {percent: 10}, priority: 1, stackingGroup: tight,
           eligibility: [{field: channel, operator: IN, values: [tight]}], budgetCents: 1000}
        - {id: gone, kind: percent-off, terms: {percent: 5}, priority: 1, stackingGroup: gone,
           eligibility: [{field: channel, operator: IN, values: [gone]}]}
      """;

  private static final Map<String, String> SETTINGS =
      Map.of("serving.ledger.lease-share", "0.1", "serving.assumed-lift", "20");

  /** 10,000 cents. */
  private static final String CART =
      """
      [{"productId": "pot", "category": "tea", "cents": 6000},
       {"productId": "cup", "category": "mugs", "cents": 4000, "quantity": 2}]""";

  private static StoredServer server;
  private static int asked;

  @BeforeAll
  static void start() throws Exception {
    server = new StoredServer(RULES, SETTINGS);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Wire.JSON.readTree(response.body());
  }

  /** Promises the promotion of a name. */
  private static String promised(String shopper, String promotion) throws Exception {
    JsonNode decision =
        json(
            server.post(
                "/v1/decisions",
                """
                {"requestId": "r%d", "trigger": "VISIT", "shopperId": "%s", "cart": %s, "channel": "%s"}
                """
                    .formatted(asked++, shopper, CART, promotion)));
    assertThat(decision.path("promotionId").asText("none")).isEqualTo(promotion);
    return decision.get("decisionId").asText();
  }

  private static String body(String shopper, String cart, List<String> ids, String... codes)
      throws Exception {
    return """
        {"shopperId": "%s", "cart": %s, "decisionIds": %s, "couponCodes": %s}
        """
        .formatted(
            shopper,
            cart,
            Wire.JSON.writeValueAsString(ids),
            Wire.JSON.writeValueAsString(List.of(codes)));
  }

  private static JsonNode quote(String shopper, String cart, List<String> ids, String... codes)
      throws Exception {
    return json(server.post("/v1/quotes", body(shopper, cart, ids, codes)));
  }

  private static JsonNode redeem(JsonNode applied) throws Exception {
    var body = Wire.JSON.createObjectNode();
    body.put("key", "k" + asked++).put("action", "COMMIT");
    body.set("decisionId", applied.get("decisionId"));
    body.set("costCents", applied.get("costCents"));
    if (applied.has("couponCode")) {
      body.set("couponCode", applied.get("couponCode"));
    }
    return json(server.post("/v1/redemptions", body.toString()));
  }

  private static List<String> applied(JsonNode quote) {
    var found = new ArrayList<String>();
    quote
        .get("applied")
        .forEach(
            one ->
                found.add(
                    one.get("promotionId").asText()
                        + " saved "
                        + one.get("savedCents")
                        + " off "
                        + one.get("discountCents")
                        + " "
                        + one.get("lines")
                        + " left "
                        + one.get("leftCents")));
    return found;
  }

  private static String reason(JsonNode quote, String id) {
    for (JsonNode one : quote.get("notApplied")) {
      if (one.get("decisionId").asText().equals(id)) {
        return one.get("reason").asText();
      }
    }
    return "applied";
  }

  private static long committed() throws Exception {
    try (var connection = server.postgres.store().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery("SELECT sum(committed_cents) FROM serving.budget_ledger")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void severalPromisesStackInTheirOrderAndAreRedeemedForExactlyWhatWasQuoted() throws Exception {
    String ship = promised("ada", "ship");
    String save = promised("ada", "save");
    String mugs = promised("ada", "mugs");
    String brew = promised("ada", "brew");
    String code = promised("ada", "code");
    String alone = promised("ada", "alone");
    var ids = new ArrayList<>(List.of(alone, code, mugs, save, ship, brew));
    JsonNode quote = quote("ada", CART, ids, "COFFEE", "tea");
    assertThat(applied(quote))
        .containsExactly(
            "ship saved 490 off 0 [0,0] left 10000",
            "save saved 1000 off 1000 [600,400] left 9000",
            "brew saved 540 off 540 [540,0] left 8460", // 10 % of 5,400; mugs has its priority
            "code saved 423 off 423 [243,180] left 8037"); // 5 % of 4,860 + 3,600
    assertThat(reason(quote, mugs)).isEqualTo("EXCLUDED_IN_GROUP");
    assertThat(reason(quote, alone)).isEqualTo("STACKS_WITH_NONE");
    assertThat(quote.get("notApplied")).hasSize(2);
    for (JsonNode one : quote.get("notApplied")) {
      String by = one.get("promotionId").asText().equals("mugs") ? brew : ship;
      assertThat(one.get("byDecisionId").asText()).isEqualTo(by);
    }
    assertThat(quote.get("ruleVersion").asLong()).isEqualTo(1);
    assertThat(quote.get("cartCents").asLong()).isEqualTo(10_000);
    assertThat(quote.get("savedCents").asLong()).isEqualTo(490 + 1_000 + 540 + 423);
    assertThat(quote.get("costCents").asLong()).isEqualTo(490 + 1_000 + 540 + 423);
    assertThat(quote.get("discountCents").asLong()).isEqualTo(1_000 + 540 + 423);
    assertThat(quote.get("leftCents").asLong()).isEqualTo(8_037);
    assertThat(quote.get("leftLines").toString()).isEqualTo("[4617,3420]");
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(ids, new Random(i));
      assertThat(quote("ada", CART, ids, "COFFEE", "tea")).isEqualTo(quote);
    }

    long before = committed();
    for (JsonNode one : quote.get("applied")) {
      assertThat(redeem(one).get("spentCents")).isEqualTo(one.get("costCents"));
    }
    assertThat(committed() - before).isEqualTo(quote.get("costCents").asLong());
    JsonNode after = quote("ada", CART, ids, "tea");
    assertThat(applied(after)).containsExactly("mugs saved 400 off 400 [0,400] left 9600");
    for (String id : List.of(ship, save, brew, code)) {
      assertThat(reason(after, id)).isEqualTo("ALREADY_REDEEMED");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7999, 1, 0",
    "8000, 1000, 700",
    "8001, 999, 999",
    "123, 45, 6",
    "999999, 777777, 1",
    "0, 0, 5"
  })
  void onEveryCartWhatIsQuotedIsRedeemedAndTheCartIsNeverExceeded(long tea, long mugs, long rest)
      throws Exception {
    String shopper = "bob-" + tea;
    var ids = new ArrayList<String>();
    for (String each : List.of("ship", "save", "brew", "mugs", "code")) {
      ids.add(promised(shopper, each));
    }
    String cart =
        """
        [{"category": "tea", "cents": %d}, {"category": "mugs", "cents": %d}, {"cents": %d}]"""
            .formatted(tea, mugs, rest);
    JsonNode quote = quote(shopper, cart, ids, "TEA");
    assertThat(quote.get("discountCents").asLong()).isBetween(0L, tea + mugs + rest);
    assertThat(quote.get("leftCents").asLong())
        .isEqualTo(tea + mugs + rest - quote.get("discountCents").asLong());
    assertThat(quote.get("applied").size() + quote.get("notApplied").size()).isEqualTo(ids.size());
    for (JsonNode one : quote.get("applied")) {
      assertThat(redeem(one).get("spentCents")).isEqualTo(one.get("costCents"));
    }
  }

  @Test
  void leastSpendIsMeasuredBeforeDiscountsAndTheCartIsTheOneOfTheQuote() throws Exception {
    String save = promised("carl", "save");
    String code = promised("carl", "code");
    String cart = "[{\"productId\": \"pot\", \"category\": \"tea\", \"cents\": 7999}]";
    JsonNode below = quote("carl", cart, List.of(save, code), "TEA");
    assertThat(reason(below, save)).isEqualTo("BELOW_MINIMUM_SPEND");
    assertThat(below.get("notApplied").get(0).get("detail").asText())
        .isEqualTo("covered cart value is 7999 cents, must be at least 8000");
    assertThat(applied(below)).containsExactly("code saved 399 off 399 [399] left 7600");
    String brew = promised("carl", "brew");
    String noTea = "[{\"productId\": \"cup\", \"category\": \"mugs\", \"cents\": 9000}]";
    assertThat(reason(quote("carl", noTea, List.of(brew)), brew)).isEqualTo("NOT_COVERED");
  }

  @Test
  void whatNoLineTellsOfBearsItsPart() throws Exception {
    String save = promised("ida", "save");
    String ask = body("ida", "[{\"productId\": \"cup\", \"cents\": 4000}]", List.of(save));
    JsonNode quote =
        json(server.post("/v1/quotes", ask.replace("\"cart\"", "\"cartCents\": 10000, \"cart\"")));
    assertThat(applied(quote)).containsExactly("save saved 1000 off 1000 [400] left 9000");
    assertThat(quote.get("applied").get(0).get("restCents").asLong()).isEqualTo(600);
    assertThat(quote.get("leftLines").toString()).isEqualTo("[3600]");
    redeem(quote.get("applied").get(0));
  }

  @Test
  void whatIsNoPromiseOfThisShoppersIsNamed() throws Exception {
    String bobs = promised("bob", "ship");
    String nothing =
        json(server.post(
                "/v1/decisions",
                "{\"requestId\": \"no\", \"trigger\": \"VISIT\", \"shopperId\": \"dora\"}"))
            .get("decisionId")
            .asText();
    JsonNode quote = quote("dora", CART, List.of(bobs, nothing, "d-never"));
    assertThat(quote.get("applied")).isEmpty();
    assertThat(reason(quote, bobs)).isEqualTo("OTHER_SHOPPER");
    assertThat(reason(quote, nothing)).isEqualTo("NO_PROMOTION");
    assertThat(reason(quote, "d-never")).isEqualTo("UNKNOWN_DECISION");
    assertThat(quote.get("notApplied").findValues("promotionId")).as("of bob's").isEmpty();
    assertThat(quote.get("leftCents").asLong()).isEqualTo(10_000);
    assertThat(quote.get("leftLines").toString()).isEqualTo("[6000,4000]");
  }

  @Test
  void aCouponNeedsItsCode() throws Exception {
    String code = promised("emil", "code");
    assertThat(reason(quote("emil", CART, List.of(code)), code)).isEqualTo("WRONG_CODE");
    assertThat(reason(quote("emil", CART, List.of(code), "COFFEE"), code)).isEqualTo("WRONG_CODE");
    JsonNode right = quote("emil", CART, List.of(code), "COFFEE", " tea ");
    assertThat(right.get("applied").get(0).get("couponCode").asText()).isEqualTo(" tea ");
  }

  @Test
  void whatTheLedgerWouldRefuseDoesNotCountAndLeavesTheRestTheirPlace() throws Exception {
    String tight = promised("fred", "tight");
    String ship = promised("fred", "ship");
    assertThat(applied(quote("fred", CART, List.of(tight))))
        .containsExactly("tight saved 1000 off 1000 [600,400] left 9000");
    String larger = CART.replace("6000", "60000");
    JsonNode dear = quote("fred", larger, List.of(tight, ship));
    assertThat(reason(dear, tight)).isEqualTo("BUDGET_SPENT");
    assertThat(reason(dear, ship)).isEqualTo("applied");
    json(
        server.post(
            "/v1/redemptions",
            "{\"key\": \"x\", \"decisionId\": \"%s\", \"action\": \"CANCEL\"}".formatted(tight)));
    assertThat(reason(quote("fred", CART, List.of(tight)), tight)).isEqualTo("EXPIRED");
  }

  @Test
  void aDecisionThatIsOnlyInTheTableCountsToo() throws Exception {
    String save = promised("gina", "save");
    Decision here = server.log.appended.get(server.log.appended.size() - 1);
    assertThat(here.decisionId()).isEqualTo(save);
    ObjectNode others = Wire.JSON.valueToTree(here);
    others.put("decisionId", "d-elsewhere");
    try (var writer =
        new BulkWriter<Decision>(
            server.postgres.place(), DecisionTable.TABLE, DecisionTable::bind)) {
      writer.add(Wire.JSON.treeToValue(others, Decision.class));
      writer.flush();
    }
    JsonNode quote = quote("gina", CART, List.of("d-elsewhere"));
    assertThat(applied(quote)).containsExactly("save saved 1000 off 1000 [600,400] left 9000");
    assertThat(redeem(quote.get("applied").get(0)).get("spentCents").asLong()).isEqualTo(1_000);
  }

  /** Another server answered first, and died; this one told something else. */
  @Test
  void whatWasLoggedFirstIsQuotedLookedUpAndRedeemedWhateverWasToldHere() throws Exception {
    String told = promised("iris", "ship");
    ObjectNode first =
        Wire.JSON.valueToTree(server.log.appended.get(server.log.appended.size() - 1));
    first.put("promotionId", "save");
    first.put("expectedCostCents", 1_000);
    try (var writer =
        new BulkWriter<Decision>(
            server.postgres.place(), DecisionTable.TABLE, DecisionTable::bind)) {
      writer.add(Wire.JSON.treeToValue(first, Decision.class));
      writer.flush();
    }
    JsonNode quote = quote("iris", CART, List.of(told));
    assertThat(applied(quote)).containsExactly("save saved 1000 off 1000 [600,400] left 9000");
    JsonNode found = json(server.send(server.to("/v1/decisions/" + told).build()));
    assertThat(found.get("promotionId").asText()).isEqualTo("save");
    assertThat(redeem(quote.get("applied").get(0)).get("promotionId").asText()).isEqualTo("save");
  }

  @Test
  void badRequestsAreRefusedNamingTheRule() throws Exception {
    String good = body("ada", CART, List.of("d-1"));
    Map<String, String> refused =
        Map.of(
            good.replace("[\"d-1\"]", "[]"), "decisionIds must be a list of 1 to 20, has 0",
            good.replace("[\"d-1\"]", "[\"d-1\", \"d-1\"]"), "decisionIds must name each once",
            good.replace("[\"d-1\"]", ids(21)), "decisionIds must be a list of 1 to 20, has 21",
            good.replace("\"couponCodes\": []", "\"couponCodes\": " + ids(21)), "couponCodes must",
            good.replace("\"ada\"", "\"\""), "shopperId must be a text",
            good.replace("decisionIds", "decisions"), "unknown field 'decisions'",
            good.replace("6000", "-1"), "cents must be a whole number",
            good.replace("\"cents\": 4000, ", ""), "cart[1].cents must be given",
            good.replace("6000", "null"), "cart[0].cents must be given",
            good.replace("\"cart\"", "\"productIds\": [\"pot\"], \"cart\""),
                "unknown field 'productIds'");
    for (var one : refused.entrySet()) {
      HttpResponse<String> answer = server.post("/v1/quotes", one.getKey());
      assertThat(answer.statusCode()).as(one.getKey()).isEqualTo(400);
      assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
      assertThat(Wire.JSON.readTree(answer.body()).get("detail").asText()).contains(one.getValue());
    }
    assertThat(server.post("/v1/quotes", good.replace("[\"d-1\"]", ids(20))).statusCode())
        .isEqualTo(200);
  }

  private static String ids(int number) throws Exception {
    var ids = new ArrayList<String>();
    for (int i = 0; i < number; i++) {
      ids.add("d-" + i);
    }
    return Wire.JSON.writeValueAsString(ids);
  }

  private static final String BEARABLE =
      """
      margin: {share: 0.4, floor: 0.05, categories: [{category: tea, share: 0.2}]}
      promotions:
        - {id: save, kind: spend-x-save-y, terms: {amountCents: 1000, minSpendCents: 8000}, priority: 8,
           stackingGroup: cart, eligibility: [{field: channel, operator: IN, values: [save]}], budgetCents: 10000000}
        - {id: brew, kind: percent-off, terms: {percent: 10}, categories: [tea], priority: 5,
           stackingGroup: extra, eligibility: [{field: channel, operator: IN, values: [brew]}], budgetCents: 10000000}
        - {id: gift, kind: gift, terms: {amountCents: 800, minSpendCents: 8000, giftProductId: mug}, priority: 1, stock: 1000,
           stackingGroup: gifts, eligibility: [{field: channel, operator: IN, values: [gift]}]}
      """;

  /** A fifth of 6,000 and two fifths of 4,000 are made, 500 must be left, so 2,300 can be given. */
  @Test
  void whatTheCartCannotBearWithTheOthersIsLeftOutAndStaysPromised() throws Exception {
    try (var other = new StoredServer(BEARABLE, SETTINGS)) {
      StoredServer shared = server;
      server = other;
      try {
        String save = promised("kim", "save");
        String brew = promised("kim", "brew");
        String gift = promised("kim", "gift");
        JsonNode quote = quote("kim", CART, List.of(gift, brew, save));
        assertThat(applied(quote))
            .containsExactly(
                "save saved 1000 off 1000 [600,400] left 9000",
                "brew saved 540 off 540 [540,0] left 8460");
        assertThat(reason(quote, gift)).as("with 800 more").isEqualTo("BELOW_MARGIN_FLOOR");
        assertThat(quote.get("notApplied").get(0).has("byDecisionId")).isFalse();
        assertThat(quote.get("costCents").asLong()).isEqualTo(1_540);

        assertThat(reason(quote("kim", CART, List.of(gift)), gift)).isEqualTo("applied");
        String mugs = CART.replace("\"tea\"", "\"mugs\"");
        JsonNode another = quote("kim", mugs, List.of(gift, save));
        assertThat(another.get("applied")).hasSize(2);
        for (JsonNode one : another.get("applied")) {
          assertThat(redeem(one).get("spentCents")).isEqualTo(one.get("costCents"));
        }
      } finally {
        server = shared;
      }
    }
  }

  @Test
  void rulesWithoutThePromotionAndAStoreThatIsAway() throws Exception {
    try (var other = new StoredServer(RULES, SETTINGS)) {
      StoredServer shared = server;
      server = other;
      try {
        String gone = promised("hans", "gone");
        String ship = promised("hans", "ship");
        String without = RULES.substring(0, RULES.indexOf("  - {id: gone"));
        other.book.apply(RuleFile.parse("rules.yaml", without), "ada", "");
        await().until(() -> quote("hans", CART, List.of(ship)).get("ruleVersion").asInt() == 2);
        JsonNode quote = quote("hans", CART, List.of(gone, ship));
        assertThat(reason(quote, gone)).isEqualTo("NOT_IN_RULES");
        assertThat(applied(quote)).containsExactly("ship saved 490 off 0 [0,0] left 10000");

        other.postgres.close();
        HttpResponse<String> away = server.post("/v1/quotes", body("hans", CART, List.of(ship)));
        assertThat(away.statusCode()).as(away.body()).isEqualTo(503);
        assertThat(away.headers().firstValue("Retry-After")).isPresent();
        assertThat(away.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
      } finally {
        server = shared;
      }
    }
  }
}
