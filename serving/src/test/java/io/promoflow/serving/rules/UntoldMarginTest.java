package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.scoring.Scores;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is best of all variants together says nothing of one of them. */
class UntoldMarginTest {
  private static final Assumptions ASSUMED = new Assumptions(0.2, 0.4, 0.1, 5);
  private static final Scores SAID =
      new Scores(
          null,
          null,
          List.of(),
          Map.of(),
          Map.of("none", 0.1, "percent-off", 0.3, "gift", 0.2, "free-shipping", 0.45));
  private static final String OFFERS =
      """
      promotions:
        - {id: tenth, kind: percent-off, terms: {percent: 10}}
        - {id: cup, kind: gift, terms: {amountCents: 300, giftProductId: cup}, stock: 1000000}
        - {id: sent, kind: free-shipping, terms: {amountCents: 100}}
      experiments:
        - id: x
          trigger: CART_ADD
          primaryMetric: profit
          variants:
            - {id: control, control: true, weight: 0.2}
            - {id: one, weight: 0.4, promotions: [tenth, cup]}
            - {id: other, weight: 0.4, promotions: [sent]}
      """;

  private static RuleSet rules(String text) {
    return TestLog.rules(1, text)
        .withMargin(new Margin(0.4, -1, Map.of("electronics", 0.05), Map.of()));
  }

  private static LoggedDecision logged(RuleSet rules) {
    return logged(rules, asked());
  }

  private static DecisionRequest asked() {
    return new DecisionRequest(
        "r", Trigger.CART_ADD, Cast.ADA, Cast.NOON, new Cart(20_000, List.of()));
  }

  private static LoggedDecision logged(RuleSet rules, DecisionRequest asked) {
    Decision made = new Decider(ASSUMED).decideBriefly(asked, null, SAID, rules, Caps.NONE, null);
    return new LoggedDecision(made, null);
  }

  private static boolean mayMatter(RuleSet rules) {
    Untold any = Untold.ofAnyVariant(ASSUMED, rules, OpenLedger.INSTANCE);
    return any.mayMatter(logged(rules), rules, SAID, Caps.NONE, null, one -> false);
  }

  @Test
  void oneVariantMayRestOnTheLinesThoughTheBestOfAllDoesNot() {
    // a tenth scores .2 m - 600, the cup .1 m - 60, shipping .35 m - 45; m is 1000 to 8000
    assertThat(mayMatter(rules(OFFERS))).isTrue();
  }

  /** Some were told when lines counted whole in carts that are worth less. */
  @Test
  void aMarginThatACartOfItsValueCannotHaveIsNotTaken() {
    RuleSet rules = rules(OFFERS);
    for (double cents : List.of(1_000.0, 6_000.0, 8_000.0)) {
      assertThat(margin(rules, cents).tellsMargin(rules)).as("%s", cents).isTrue();
    }
    for (double cents : List.of(900.0, 16_000.0)) {
      assertThat(margin(rules, cents).tellsMargin(rules)).as("%s", cents).isFalse();
    }
  }

  private static LoggedDecision margin(RuleSet rules, double cents) {
    return logged(rules, asked().making(cents)).knowingMargin(rules, SAID, ASSUMED);
  }

  @Test
  void whatAnotherVariantExcludesMayRestOnTheLines() {
    String grouped =
        OFFERS
            .replace("{percent: 10}}", "{percent: 10}, stackingGroup: g, priority: 1}")
            .replace("{amountCents: 100}}", "{amountCents: 100}, stackingGroup: g, priority: 2}");
    assertThat(mayMatter(rules(grouped))).isTrue();
  }

  @Test
  void whatIsInFrontOnWhateverLinesDoesNotRestOnThem() {
    String lone = OFFERS.replace("[tenth, cup]", "[tenth]").replace("[sent]", "[tenth]");
    assertThat(mayMatter(rules(lone))).isFalse();
  }
}
