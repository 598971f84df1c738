package io.promoflow.serving.rules;

import static io.promoflow.serving.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.features.Declarations;
import io.promoflow.features.FeatureSet;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ProductRows;
import io.promoflow.serving.pricing.Pricing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promotions that say by features which products they cover, on a real store. */
class ProductsByFeaturesTest {
  private static final String RULES =
      """
      promotions:
        - id: slow
          kind: percent-off
          terms: {percent: 20}
          productsWhere:
            - {field: product_pieces_7d, operator: LT, number: 5}
            - {field: product_views_7d, operator: GT, number: 100}
          mostProducts: 3
          budgetCents: 5000
        - {id: mug, kind: gift, terms: {amountCents: 300, giftProductId: m}, stock: 9, budgetCents: 4000}
      experiments:
        - id: cart-discount
          trigger: CART_ADD
          primaryMetric: profit
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: ten-off, weight: 0.5, promotions: [mug]}
          policy: {floor: 0.1, maxStep: 0.3, minimumUnits: 100, alpha: 0.05}
      """;
  private static final FeatureSet FEATURES =
      Declarations.parse(
          "features.yaml",
          """
          entities:
            product: {slide: PT1H, windows: [P7D]}
          features:
            - {name: product_views, entity: product, events: [PRODUCT_VIEWED], aggregate: count, unit: u, meaning: m, owner: o}
            - {name: product_pieces, entity: product, events: [ORDER_PLACED], aggregate: sum, field: quantity, unit: u, meaning: m, owner: o}
            - {name: days_since_sold, entity: product, events: [ORDER_PLACED], aggregate: days_since_last, ever: true, unit: u, meaning: m, owner: o}
            - {name: product_brand, entity: product, events: [PRODUCT_VIEWED], aggregate: last, field: brand, unit: u, meaning: m, owner: o}
          """);

  private static Postgres postgres;
  private static ProductRows products;

  private final List<RuleSet> told = new ArrayList<>();
  private boolean brokerIsAway;
  private RuleBook book;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void open() throws Exception {
    postgres.empty();
    products = new ProductRows(postgres, FEATURES);
    products.empty();
    products.put("lamp", 200, 1);
    products.put("vase", 101, 4);
    products.put("pot", 500, 5); // sells
    products.put("cup", 100, 0); // nobody looks
    products.put("tin", Map.of("product_views_7d", 300), Map.of()); // not known
    book = at(NOON);
  }

  private RuleBook at(Instant now) {
    return new RuleBook(postgres.store(), new ToList(), Clock.fixed(now, ZoneOffset.UTC));
  }

  private static RuleFile file(String text) {
    return RuleFile.parse("rules.yaml", text, Vocabulary.of(FEATURES));
  }

  private RuleSet apply(String text) {
    return book.apply(file(text), "ada", "because").after();
  }

  private static Promotion slow(RuleSet rules) {
    return rules.promotions().get(0);
  }

  private Promotion slow() {
    return slow(book.current().orElseThrow());
  }

  private Optional<RuleSet> refresh() {
    return book.refreshProducts("eve", Duration.ZERO);
  }

  @Test
  void thoseThatMeetAllConditionsAreCovered() {
    RuleSet live = apply(RULES);
    assertThat(slow(live).products()).containsExactly("lamp", "vase");
    assertThat(live.promotions().get(1).coversAll()).isTrue();
    assertThat(told).containsExactly(live);
    assertThat(book.current()).contains(live);
  }

  @Test
  void ofTooManyTheSlowestGoFirst() throws Exception {
    products.put("a", 150, 3);
    products.put("b", 160, 3);
    products.put("c", 160, 3);
    assertThat(slow(apply(RULES)).products())
        .as("fewest pieces, then most views, then by id")
        .containsExactly("b", "c", "lamp");
  }

  @Test
  void ofEqualsTheFirstByIdAreTaken() throws Exception {
    for (String id : List.of("d", "c", "b", "a", "Z")) {
      products.put(id, 150, 0);
    }
    assertThat(slow(apply(RULES)).products()).containsExactly("Z", "a", "b");
  }

  @Test
  void textsAreComparedToo() throws Exception {
    products.put("acme", Map.of("product_views_7d", 300), Map.of("product_brand_7d", "acme"));
    products.put("none", Map.of("product_views_7d", 300), Map.of());
    products.put("other", Map.of("product_views_7d", 300), Map.of("product_brand_7d", "o"));
    String in = "{field: product_brand_7d, operator: IN, values: [acme, \"it's\"]}";
    String text = RULES.replace("{field: product_pieces_7d, operator: LT, number: 5}", in);
    assertThat(slow(apply(text)).products()).containsExactly("acme");
    assertThat(slow(apply(text.replace("operator: IN", "operator: NOT_IN"))).products())
        .as("an unknown brand meets nothing")
        .containsExactly("other");
  }

  @Test
  void daysSinceSomethingGoOnWhileNothingHappens() throws Exception {
    products.empty();
    products.put("lamp", Map.of("days_since_sold", 25), Map.of());
    products.put("vase", Map.of("days_since_sold", 20.5), Map.of());
    products.put("pot", Map.of("days_since_sold", 2), Map.of());
    products.put("cup", Map.of("product_views_7d", 900), Map.of());
    String where = "[{field: days_since_sold, operator: GT, number: 30}]";
    String text = RULES.replaceAll("(?s)productsWhere:.*number: 100}", "productsWhere: " + where);
    assertThat(slow(apply(text)).products()).isEmpty();
    products.daysPass(6);
    assertThat(slow(refresh().orElseThrow()).products()).containsExactly("lamp");
    products.daysPass(10);
    assertThat(slow(refresh().orElseThrow()).products()).containsExactly("lamp", "vase");
  }

  @Test
  void aListThatHasMovedIsANewVersion() throws Exception {
    RuleSet first = apply(RULES);
    assertThat(refresh()).isEmpty();
    products.put("lamp", 210, 6);
    products.put("cup", 120, 0);
    products.put("tin", 300, 0);
    RuleSet second = refresh().orElseThrow();
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.author()).isEqualTo("eve");
    assertThat(second.note())
        .isEqualTo("products of slow: 2 come (cup, tin), 1 goes (lamp), 3 now");
    assertThat(slow(second).products()).containsExactly("cup", "tin", "vase");
    assertThat(second.promotions().get(1)).isEqualTo(first.promotions().get(1));
    assertThat(second.experiments()).isEqualTo(first.experiments());
    assertThat(told).containsExactly(first, second);
    assertThat(book.current()).contains(second);
    assertThat(book.versions().find(2).orElseThrow().sourceText())
        .as("no person wrote it")
        .isNull();
    assertThat(refresh()).isEmpty();
    assertThat(book.versions().lines()).hasSize(2);
  }

  @Test
  void theSameFileAgainIsAChangeOnlyWhenTheListHasMoved() throws Exception {
    apply(RULES);
    assertThat(apply(RULES).version()).isEqualTo(1);
    products.put("lamp", 210, 6);
    RuleSet live = book.current().orElseThrow();
    RuleSet planned = book.plan(file(RULES), "", "").after();
    assertThat(RulePlan.between(live, planned))
        .containsExactly("~ promotion slow", "    products: 1 goes (lamp), 1 now");
    assertThat(apply(RULES).version()).isEqualTo(2);
    products.put("lamp", 210, 1);
    refresh();
    assertThat(apply(RULES).version()).as("found already").isEqualTo(3);
  }

  @Test
  void whatNoProductMeetsCoversNothing() throws Exception {
    products.empty();
    RuleSet live = apply(RULES.replace("percent: 20", "percent: 100"));
    assertThat(slow(live).products()).isEmpty();
    var line = new Cart.Line("lamp", "tea", 1, 2_000L, NOON);
    for (Cart cart : List.of(new Cart(9_000, List.of()), new Cart(9_000, List.of(line)))) {
      assertThat(Pricing.covers(slow(live), cart)).isFalse();
      assertThat(cart.coveredCents(slow(live))).isZero();
      assertThat(Pricing.of(slow(live), cart).discountCents()).isZero();
      assertThat(loss(live, cart)).isEqualTo(Loss.NOT_COVERED);
    }
    products.put("lamp", 200, 1);
    RuleSet found = refresh().orElseThrow();
    var cart = new Cart(9_000, List.of(line));
    assertThat(Pricing.of(slow(found), cart).discountCents()).isEqualTo(2_000);
    assertThat(loss(found, cart)).isNotEqualTo(Loss.NOT_COVERED);
    products.put("lamp", 200, 8);
    assertThat(loss(refresh().orElseThrow(), cart)).isEqualTo(Loss.NOT_COVERED);
  }

  private static Loss loss(RuleSet rules, Cart cart) {
    var request = new DecisionRequest("r1", Trigger.VISIT, Cast.ADA, NOON, cart, null, null);
    Decision decision =
        new Decider(Cast.ASSUMED)
            .decide(request, Cast.row(Cast.ADA, NOON, 1), Map.of(), rules, Caps.NONE);
    return decision.candidates().stream()
        .filter(one -> "slow".equals(one.promotionId()))
        .findFirst()
        .orElseThrow()
        .loss();
  }

  @Test
  void withoutTheFeaturesAFileIsRefusedAndTheListsInForceStay() throws Exception {
    RuleSet live = apply(RULES);
    products.dropView();
    assertThatThrownBy(() -> apply(RULES.replace("percent: 20", "percent: 30")))
        .isInstanceOf(RuleFileException.class)
        .hasMessageEndingWith(
            "rules.yaml:6: promotion slow: productsWhere: features.product_features_wide is not"
                + " there: start the feature job first");
    assertThatThrownBy(() -> book.plan(file(RULES), "", "")).isInstanceOf(RuleFileException.class);
    assertThatThrownBy(this::refresh)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("products of promotions stay as they are:\nslow: productsWhere: ");
    assertThat(book.current()).contains(live);
    String named = RULES.replaceAll("(?s) productsWhere.*mostProducts: 3", " products: [p1]");
    assertThat(slow(apply(named)).products()).as("asks for none").containsExactly("p1");
  }

  @Test
  void whatTheFeatureJobDoesNotComputeIsRefused() {
    Vocabulary any = Vocabulary.shipped().withAnyOfProducts();
    RuleFile misspelt = RuleFile.parse("r", RULES.replace("t_pieces", "t_peaces"), any);
    assertThatThrownBy(() -> book.apply(misspelt, "ada", ""))
        .isInstanceOf(RuleFileException.class)
        .hasMessage(
            "1 problem(s), nothing applied:\nr:6: promotion slow: productsWhere[0].field: the"
                + " feature job does not compute it; did you mean product_pieces_7d?, is"
                + " 'product_peaces_7d'");
    RuleFile ofText = RuleFile.parse("r", RULES.replace("t_views_7d", "t_brand_7d"), any);
    assertThatThrownBy(() -> book.apply(ofText, "ada", ""))
        .isInstanceOf(RuleFileException.class)
        .hasMessage(
            "1 problem(s), nothing applied:\nr:7: promotion slow: productsWhere[1].operator:"
                + " product_brand_7d is compared with IN or NOT_IN, is 'GT'");
    assertThat(book.versions().lines()).isEmpty();
  }

  @Test
  void listsThatMakeTheRulesTooLargeToBeToldAreRefused() throws Exception {
    String slow = RULES.substring(RULES.indexOf("  - id: slow"), RULES.indexOf("  - {id: mug"));
    String most = slow.replace("mostProducts: 3", "mostProducts: 1000");
    var text = new StringBuilder("promotions:\n");
    for (int i = 0; i < 4; i++) {
      text.append(most.replace("id: slow", "id: slow" + i)).append("    priority: " + i + '\n');
    }
    RuleSet live = apply(text.toString());
    String name = "%0240d";
    for (int i = 0; i < 1_000; i++) {
      products.put(name.formatted(i), 200, 1);
    }
    String tooLarge = "the rules with their products must take 900000 bytes at most, would take 97";
    assertThatThrownBy(this::refresh)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(tooLarge);
    assertThatThrownBy(() -> apply(text.toString()))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining("rules.yaml:1: " + tooLarge);
    assertThat(book.current()).contains(live);
    assertThat(told).containsExactly(live);
    assertThat(slow(apply(RULES)).products()).as("fewer fit").hasSize(3);
  }

  @Test
  void youngListsAreLeftAlone() throws Exception {
    apply(RULES);
    products.put("lamp", 210, 6);
    var hour = Duration.ofHours(1);
    assertThat(at(NOON.plusSeconds(3_599)).refreshProducts("server 2", hour)).isEmpty();
    assertThat(at(NOON.plusSeconds(3_600)).refreshProducts("server 1", hour)).isPresent();
    products.put("lamp", 210, 1);
    assertThat(at(NOON.plusSeconds(3_700)).refreshProducts("server 2", hour)).isEmpty();
    assertThat(book.versions().lines()).hasSize(2);
  }

  @Test
  void whatAdjustmentsChangeLeavesTheListsAndIsLeftByThem() throws Exception {
    apply(RULES);
    products.put("lamp", 210, 6);
    Map<String, Double> moved = Map.of("control", 0.4, "ten-off", 0.6);
    StrategyAdjustment shift =
        RuleBookTest.shift("a1", null, Map.of("control", 0.5, "ten-off", 0.5), moved);
    book.adjust(shift);
    assertThat(slow().products()).containsExactly("lamp", "vase");
    RuleSet refreshed = refresh().orElseThrow();
    assertThat(slow(refreshed).products()).containsExactly("vase");
    assertThat(Adjusting.weights(refreshed.experiments().get(0), null)).isEqualTo(moved);
    RuleSet back = book.backTo(1, Vocabulary.of(FEATURES), "eve", "").after();
    assertThat(slow(back).products()).as("as it was then").containsExactly("lamp", "vase");
    assertThat(slow(refresh().orElseThrow()).products()).containsExactly("vase");
  }

  @Test
  void aListThatWasNotToldIsToldInTheNextRound() throws Exception {
    apply(RULES);
    products.put("lamp", 210, 6);
    brokerIsAway = true;
    assertThatThrownBy(this::refresh).hasMessage("broker is gone");
    brokerIsAway = false;
    assertThat(refresh()).isEmpty();
    assertThat(told).extracting(RuleSet::version).containsExactly(1L, 2L);
  }

  /** Remembers what was told. */
  private final class ToList implements RulePublisher {
    @Override
    public void publish(RuleSet rules) {
      if (brokerIsAway) {
        throw new IllegalStateException("broker is gone");
      }
      told.add(rules);
    }

    @Override
    public void publish(StrategyAdjustment adjustment) {
      // nobody asks
    }

    @Override
    public void close() {
      told.clear();
    }
  }
}
