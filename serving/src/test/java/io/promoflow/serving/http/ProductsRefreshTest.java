package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Cast;
import io.promoflow.serving.ProductRows;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RulePublisher;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Slow products that come and go, as shoppers at a live server meet them. */
class ProductsRefreshTest {
  private static final String RULES =
      """
      promotions:
        - id: slow
          kind: percent-off
          terms: {percent: 20}
          productsWhere:
            - {field: product_pieces_7d, operator: LT, number: 5}
            - {field: product_views_7d, operator: GT, number: 100}
          budgetCents: 100000
      """;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static StoredServer server;
  private static ProductRows products;

  @BeforeAll
  static void start() throws Exception {
    server = new StoredServer(RULES, Map.of());
    products = new ProductRows(server.postgres);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static JsonNode asked(String request) throws Exception {
    var answer =
        server.post(
            "/v1/decisions",
            """
            {"requestId": "%s", "trigger": "VISIT", "shopperId": "ada",
             "cart": [{"productId": "lamp", "cents": 5000}, {"productId": "pot", "cents": 5000}]}
            """
                .formatted(request));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Wire.JSON.readTree(answer.body());
  }

  private static String chosen(JsonNode decision) {
    return decision.path("promotionId").asText("none");
  }

  @Test
  void aProductIsOfferedWithinASecondAndWhatWasPromisedIsHonouredWhenItLeft() throws Exception {
    products.empty();
    assertThat(chosen(asked("before"))).isEqualTo("none");
    products.put("lamp", 200, 1);
    var count = new AtomicInteger();
    server.book.refreshProducts("eve", Duration.ZERO);
    await()
        .atMost(SECOND)
        .until(() -> chosen(asked("on-" + count.incrementAndGet())).equals("slow"));
    JsonNode promised = asked("promised");
    assertThat(promised.path("expectedCostCents").asLong()).as("of the lamp only").isEqualTo(1_000);

    products.put("lamp", 200, 9);
    server.book.refreshProducts("eve", Duration.ZERO);
    await()
        .atMost(SECOND)
        .until(() -> chosen(asked("off-" + count.incrementAndGet())).equals("none"));
    var quote =
        server.post(
            "/v1/quotes",
            """
            {"shopperId": "ada", "decisionIds": ["%s"],
             "cart": [{"productId": "lamp", "cents": 5000}, {"productId": "pot", "cents": 5000}]}
            """
                .formatted(promised.path("decisionId").asText()));
    assertThat(quote.statusCode()).as(quote.body()).isEqualTo(200);
    assertThat(Wire.JSON.readTree(quote.body()).path("applied").path(0).path("lines"))
        .as("of the lamp, which was slow then")
        .hasToString("[1000,0]");
    var redeemed =
        server.post(
            "/v1/redemptions",
            """
            {"key": "k1", "decisionId": "%s", "action": "COMMIT"}
            """
                .formatted(promised.path("decisionId").asText()));
    assertThat(redeemed.statusCode()).as(redeemed.body()).isEqualTo(200);
    assertThat(Wire.JSON.readTree(redeemed.body()).path("spentCents").asLong()).isEqualTo(1_000);
  }

  @Test
  void roundsGoOnWhenStoreAndTablesWereAway() throws Exception {
    products.empty();
    var book = new RuleBook(server.postgres.store(), new Nobody(), Clock.systemUTC());
    book.refreshProducts("eve", Duration.ZERO);
    products.dropView();
    var asked = new AtomicInteger();
    Supplier<RuleBook> counted =
        () -> {
          if (asked.incrementAndGet() == 1) {
            throw new IllegalStateException("the store is away");
          }
          return book;
        };
    Supplier<RuleSet> rules = () -> book.current().orElseThrow();
    try (var refresh = new ProductsRefresh(Duration.ofMillis(20), rules, counted)) {
      refresh.start();
      await().until(() -> asked.get() > 2);
      new ProductRows(server.postgres).put("vase", 200, 1);
      await().until(() -> rules.get().promotions().get(0).products().equals(List.of("vase")));
      assertThat(rules.get().author()).isEqualTo(ProductsRefresh.AUTHOR);
    }
  }

  @Test
  void noBookIsOpenedForRulesThatAskForNoProducts() throws Exception {
    var looked = new AtomicInteger();
    RuleSet named = Cast.rules(1, List.of(Cast.percentOff("ten", 10)), List.of());
    Supplier<RuleSet> rules = () -> looked.incrementAndGet() % 2 == 0 ? named : null;
    Supplier<RuleBook> book =
        () -> {
          throw new AssertionError("nobody asked for it");
        };
    try (var refresh = new ProductsRefresh(Duration.ofMillis(5), rules, book)) {
      refresh.start();
      await().until(() -> looked.get() > 4);
    }
  }

  /** Of versions that only the store tells. */
  private static final class Nobody implements RulePublisher {
    @Override
    public void publish(RuleSet rules) {
      // nobody asks
    }

    @Override
    public void publish(StrategyAdjustment adjustment) {
      // nobody asks
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
