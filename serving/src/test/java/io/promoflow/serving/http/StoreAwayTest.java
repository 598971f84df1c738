package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.promotion;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.ledger.OpenLedger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server tells while the store is away, and how soon. */
class StoreAwayTest {
  private static final RuleSet ONCE =
      rules(
          1,
          List.of(promotion("once", PromotionKind.PERCENT_OFF, percent(5), List.of(), 1)),
          List.of(experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "once"))));
  private static final String ASK =
      """
      {"requestId": "%s", "trigger": "VISIT", "shopperId": "ada", "cartCents": 10000}
      """;
  private static final String CONTEXT =
      """
      {"context": {"targetingKey": "ada", "cartCents": 10000}}
      """;
  private static final String DRY = "/v1/decisions?dryRun=true";
  private static final String FILE =
      "promotions: [{id: five, kind: percent-off, terms: {percent: 5}}]";

  /** Less than the timeout of a request, more than a slow machine needs. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private static Decision decision(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Wire.read(answer.body().getBytes(StandardCharsets.UTF_8), Decision.class);
  }

  private static void assertToBeAskedAgain(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
  }

  @Test
  void onceItIsKnownToBeAwayNobodyAsksItUntilItIsSeenToBeBack() throws Exception {
    try (var server = new LiveServer(Map.of(), null)) {
      server.feed.write("serving-rules", ONCE);
      Decision first = decision(server.post("/v1/decisions", ASK.formatted("r1")));
      assertThat(first.stale()).isFalse();
      String remembered =
          """
          {"shopperId": "ada", "decisionIds": ["%s"], "cartCents": 10000}
          """
              .formatted(first.decisionId());
      assertThat(server.post("/v1/quotes", remembered).statusCode()).isEqualTo(200);
      server.feed.write("serving-rules", rules(2, List.of(percentOff("two", 2)), List.of()));
      server.feed.write("serving-rules", rules(3, ONCE.promotions(), ONCE.experiments()));
      server.archive.away = true;
      assertThat(decision(server.post(DRY, ASK.formatted("first"))).stale()).isTrue();

      server.archive.askedFor.clear();
      Decision dry = decision(server.post(DRY, ASK.formatted("dry")));
      assertThat(dry.stale()).isTrue();
      assertThat(dry.promotionId()).as("the cap counts what went from here").isNull();
      assertThat(decision(server.post(DRY, ASK.formatted("r1"))).promotionId())
          .as("what this server made it remembers")
          .isEqualTo("once");
      for (String flag : List.of("/promotion", "/x", "")) {
        HttpResponse<String> flags = server.post("/ofrep/v1/evaluate/flags" + flag, CONTEXT);
        assertThat(flags.statusCode()).as(flags.body()).isEqualTo(200);
        assertThat(flags.body()).contains("\"stale\":true").doesNotContain("\"stale\":false");
      }
      HttpResponse<String> lookedUp = server.get("/v1/decisions/" + first.decisionId());
      assertThat(decision(lookedUp)).as("though other rules are in force").isEqualTo(first);
      assertThat(Wire.JSON.readTree(lookedUp.body()).get("explanation")).isNotEmpty();
      assertThat(decision(server.post("/v1/decisions", ASK.formatted("r2"))).stale()).isTrue();
      assertToBeAskedAgain(server.get("/v1/decisions/d-0123456789abcdef01234567"));
      assertToBeAskedAgain(server.get("/v1/decisions/" + dry.decisionId()));
      assertToBeAskedAgain(server.post("/v1/rules", FILE));
      assertToBeAskedAgain(server.post("/v1/quotes", remembered));
      assertThat(server.archive.askedFor).isEmpty();

      var other = ASK.formatted("other");
      Decision others = decision(server.post(DRY, other));
      server.archive.decisions.put(others.decisionId(), others);
      server.archive.away = false;
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                JsonNode ready = Wire.JSON.readTree(server.get("/health/ready").body());
                assertThat(ready.get("stale").asBoolean()).as("without a question").isFalse();
              });
      assertThat(server.get("/v1/decisions/" + others.decisionId()).statusCode()).isEqualTo(200);
      assertThat(server.archive.askedFor).contains(others.decisionId());
      assertThat(decision(server.post(DRY, ASK.formatted("whole"))).stale()).isFalse();
    }
  }

  /** It is what the redemption will be tested by. */
  @Test
  void theCodeOfARememberedCouponIsToldByTheRulesInForce() throws Exception {
    var terms = new Promotion.Terms(5.0, null, null, null, "TEA", null, null);
    RuleSet coupons = rules(1, List.of(promotion("tea", PromotionKind.COUPON, terms)), List.of());
    try (var server = new LiveServer(Map.of(), null)) {
      server.feed.write("serving-rules", coupons);
      Decision given = decision(server.post("/v1/decisions", ASK.formatted("r1")));
      assertThat(given.promotionId()).isEqualTo("tea");
      server.feed.write("serving-rules", rules(2, coupons.promotions(), List.of()));
      server.archive.away = true;
      HttpResponse<String> found = server.get("/v1/decisions/" + given.decisionId());
      assertThat(decision(found)).isEqualTo(given);
      assertThat(Wire.JSON.readTree(found.body()).get("couponCode").asText()).isEqualTo("TEA");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRuleFileIsToBeSentAgainSoon(boolean silent) throws Exception {
    try (var store = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      if (!silent) {
        store.close();
      }
      HttpOptions options =
          HttpOptions.from(
              Settings.of(
                  Map.of(
                      "kafka.bootstrap-servers", "127.0.0.1:1",
                      "postgres.url",
                          "jdbc:postgresql://127.0.0.1:" + store.getLocalPort() + "/postgres",
                      "serving.http.port", "0")));
      Clock clock = Clock.fixed(NOON, ZoneOffset.UTC);
      var book = new LazyRuleBook(options.connections(), Duration.ofSeconds(1), clock);
      var backends =
          new Backends(
              new InMemory.Feed(),
              new InMemory.Log(),
              new InMemory.Archive(),
              Repeats.UNKNOWN,
              OpenLedger.INSTANCE,
              new InMemory.Collector(),
              book,
              null,
              List.of(book));
      try (var server = DecisionServer.start(options, backends, id -> "k1." + id, clock)) {
        for (String path : List.of("/v1/rules", "/v1/rules?dryRun=true")) {
          var file =
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                  .POST(HttpRequest.BodyPublishers.ofString(FILE))
                  .build();
          long asked = System.nanoTime();
          HttpResponse<String> answer =
              HttpClient.newHttpClient().send(file, BodyHandlers.ofString());
          assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SOON);
          assertToBeAskedAgain(answer);
        }
      }
    }
  }
}
