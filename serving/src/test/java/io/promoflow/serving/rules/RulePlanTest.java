package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Cast;
import io.promoflow.serving.LayerPlaces;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulePlanTest {
  private static final String LIVE =
      """
      holdoutShare: 0.1
      contactCaps: [{offers: 5, per: P7D}]
      budgetMoves: {floor: 0.1, maxStep: 0.2, minimumUnits: 500, alpha: 0.05}
      campaigns:
        - id: spring
          periods: [{from: 2026-03-01T00:00:00Z, until: 2026-04-01T00:00:00Z}]
      promotions:
        - id: ten
          kind: percent-off
          campaign: spring
          terms: {percent: 10}
          categories: [tea]
          eligibility:
            - {field: segment, operator: IN, values: [s1]}
            - {field: orders_7d, operator: GE, number: 1}
          budgetCents: 5000
          priority: 1
        - {id: ship, kind: free-shipping, terms: {amountCents: 400}, budgetCents: 4000}
        - {id: card, kind: coupon, terms: {amountCents: 100, couponCode: C}, budgetCents: 3000}
      experiments:
        - id: cart
          trigger: CART_ADD
          primaryMetric: profit
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: ten, weight: 0.5, promotions: [ten]}
      """;

  private static final String SECOND =
      """
        - id: second
          trigger: CART_ADD
          primaryMetric: profit
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: ship, weight: 0.5, promotions: [ship]}
      """;

  private static RuleSet rules(String text) {
    return RuleFile.parse("rules.yaml", text).asVersion(1, "ada", "", Cast.NOON);
  }

  private static List<String> plan(String from, String to) {
    return RulePlan.between(rules(from), rules(to));
  }

  private static String changed(String good, String other) {
    assertThat(LIVE).contains(good);
    return LIVE.replace(good, other);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "percent: 10 | percent: 12.5 | ~ promotion ten | terms.percent: 10.0 -> 12.5",
        "{percent: 10} | {percent: 10, maxDiscountCents: 900} | ~ promotion ten"
            + " | terms.maxDiscountCents: nothing -> 900",
        "categories: [tea] | categories: [tea, mug] | ~ promotion ten"
            + " | categories: [\"tea\"] -> [\"tea\",\"mug\"]",
        "number: 1} | number: 2} | ~ promotion ten | eligibility[1].number: 1.0 -> 2.0",
        "values: [s1] | values: [s2] | ~ promotion ten | eligibility[0].values[0]: s1 -> s2",
        "until: 2026-04-01 | until: 2026-05-01 | ~ promotion ten | 2026-05-01",
        "budgetCents: 5000 | budgetCents: 6000 | ~ promotion ten | budgetCents: 5000 -> 6000",
        "priority: 1 | priority: 2 | ~ promotion ten | priority: 1 -> 2",
        ", budgetCents: 4000 | '' | ~ promotion ship | budgetCents: 4000 -> nothing",
        "trigger: CART_ADD | trigger: VISIT | ~ experiment cart | trigger: CART_ADD -> VISIT",
        "primaryMetric: profit | primaryMetric: orders | ~ experiment cart"
            + " | primaryMetric: profit -> orders",
        "promotions: [ten] | promotions: [ship] | ~ experiment cart"
            + " | variants[1].promotions[0]: ten -> ship",
      })
  void aChangedFieldIsNamedWithFromAndTo(String good, String other, String which, String change) {
    List<String> lines = plan(LIVE, changed(good, other));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).isEqualTo(which);
    assertThat(lines.get(1)).startsWith("    ").contains(change);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "holdoutShare: 0.1 | holdoutShare: 0.2 | ~ holdoutShare 0.1 -> 0.2",
        "offers: 5 | offers: 4 | ~ contactCaps",
        "maxStep: 0.2 | maxStep: 0.3 | ~ budgetMoves",
      })
  void whatStandsAboveTheRulesIsNamed(String good, String other, String line) {
    assertThat(plan(LIVE, changed(good, other))).singleElement().asString().startsWith(line);
  }

  @Test
  void whatComesAndGoesIsOneLineEach() {
    String ship =
        "  - {id: ship, kind: free-shipping, terms: {amountCents: 400}, budgetCents: 4000}\n";
    String mug =
        "  - {id: mug, kind: gift, terms: {amountCents: 300, giftProductId: mug},"
            + " stock: 9, budgetCents: 3000}\n";
    String other = changed(ship, mug).replace("id: cart\n", "id: checkout\n");
    assertThat(plan(LIVE, other))
        .containsExactly(
            "- promotion ship", "+ promotion mug", "- experiment cart", "+ experiment checkout");
    assertThat(plan(other, LIVE))
        .containsExactly(
            "- promotion mug", "+ promotion ship", "- experiment checkout", "+ experiment cart");
  }

  private static final String WHERE =
      """
      promotions:
        - id: slow
          kind: percent-off
          terms: {percent: 10}
          productsWhere:
            - {field: product_pieces_7d, operator: LT, number: 5}
      """;

  private static RuleSet covering(String text, String... products) {
    RuleSet rules = rules(text);
    List<Promotion> promotions =
        rules.promotions().stream().map(one -> one.withProducts(List.of(products))).toList();
    return with(rules, promotions, rules.experiments());
  }

  @Test
  void productsByTheirFeaturesAreToldByThoseThatComeAndGo() {
    RuleSet live = covering(WHERE, "p3", "p1", "p2");
    assertThat(RulePlan.between(live, covering(WHERE, "p2", "p3", "p1"))).isEmpty();
    assertThat(RulePlan.between(live, covering(WHERE, "p3", "p4", "p5")))
        .containsExactly("~ promotion slow", "    products: 2 come (p4, p5), 2 go (p1, p2), 3 now");
    String other = WHERE.replace("number: 5", "number: 1");
    assertThat(RulePlan.between(live, covering(other)))
        .containsExactly(
            "~ promotion slow",
            "    productsWhere[0].number: 5.0 -> 1.0",
            "    products: 3 go (p1, p2, p3), none now");
    RuleSet none = with(live, List.of(), List.of());
    assertThat(RulePlan.between(none, covering(WHERE, "1", "2", "3", "4", "5", "6")))
        .containsExactly("+ promotion slow", "    products: 6 come (1, 2, 3, 4, 5, ...), 6 now");
    assertThat(RulePlan.between(none, covering(WHERE)))
        .containsExactly("+ promotion slow", "    products: none now");
  }

  @Test
  void severalChangesOfOneRuleStandTogether() {
    String other = changed("percent: 10", "percent: 11").replace("priority: 1", "priority: 3");
    assertThat(plan(LIVE, other))
        .containsExactly(
            "~ promotion ten", "    terms.percent: 10.0 -> 11.0", "    priority: 1 -> 3");
  }

  @Test
  void theSameRulesDifferInNothingHoweverTheyAreWritten() {
    assertThat(plan(LIVE, LIVE)).isEmpty();
    assertThat(plan(LIVE, "# a remark\n" + changed("percent-off", "PERCENT_OFF"))).isEmpty();
    RuleSet later =
        RuleFile.parse("b.yaml", LIVE).asVersion(9, "eve", "x", Cast.NOON.plusMillis(1));
    assertThat(RulePlan.between(rules(LIVE), later)).as("version, author and moment").isEmpty();
  }

  @Test
  void anotherOrderIsTold() {
    RuleSet live =
        rules(changed("trigger: CART_ADD", "trigger: CART_ADD\n    segments: [s1]") + SECOND);
    var promotions = new ArrayList<>(live.promotions());
    Collections.reverse(promotions);
    assertThat(RulePlan.between(live, with(live, promotions, live.experiments())))
        .containsExactly("~ promotions stand in another order: [card, ship, ten]");
    var experiments = new ArrayList<>(live.experiments());
    Collections.reverse(experiments);
    assertThat(RulePlan.between(live, with(live, live.promotions(), experiments)))
        .as("the first one that takes a shopper counts")
        .containsExactly("~ experiments stand in another order: [second, cart]");
    assertThat(RulePlan.between(live, with(live, promotions.subList(0, 1), experiments)))
        .containsExactly(
            "- promotion ten",
            "- promotion ship",
            "~ experiments stand in another order: [second, cart]");
  }

  private static RuleSet layered(double first, double second) {
    String other = SECOND.replace("trigger: CART_ADD", "trigger: VISIT");
    String text =
        changed("trigger: CART_ADD", "trigger: CART_ADD\n    layer: page\n    share: " + first)
            + other.replace("trigger", "layer: page\n    share: %s\n    trigger".formatted(second));
    return rules(text);
  }

  private static RuleSet after(RuleSet live, RuleSet planned) {
    return with(
        planned,
        planned.promotions(),
        LayerPlaces.placed(planned.experiments(), live.experiments(), Cast.NOON));
  }

  @Test
  void whoMovesInALayerIsTold() {
    RuleSet live = layered(0.3, 0.4);
    RuleSet grown = after(live, layered(0.5, 0.4));
    assertThat(RulePlan.between(live, grown))
        .containsExactly(
            "~ experiment cart",
            "    share: 0.3 -> 0.5",
            "~ layer page: 20 % of the shoppers move",
            "    0.2 from nobody to cart");
    RuleSet full = after(grown, layered(0.55, 0.25));
    assertThat(RulePlan.between(grown, full))
        .endsWith(
            "~ layer page: 15 % of the shoppers move",
            "    0.05 from second to cart, 12.5 % of its shoppers",
            "    0.1 from second to nobody, 25 % of its shoppers");
    assertThat(RulePlan.between(grown, after(grown, layered(0.5, 0.4)))).isEmpty();
    assertThat(RulePlan.between(layered(0.5, 0.4), grown))
        .as("the same shares at other places")
        .containsExactly(
            "~ layer page: 50 % of the shoppers move",
            "    0.2 from cart to second, 40 % of its shoppers",
            "    0.1 from second to nobody, 25 % of its shoppers",
            "    0.1 from second to cart, 25 % of its shoppers",
            "    0.1 from nobody to cart");
  }

  private static RuleSet with(
      RuleSet live, List<Promotion> promotions, List<Experiment> experiments) {
    return new RuleSet(
        2,
        "ada",
        "",
        Cast.NOON,
        null,
        promotions,
        experiments,
        live.contactCaps(),
        live.budgetMoves(),
        live.holdoutShare());
  }
}
