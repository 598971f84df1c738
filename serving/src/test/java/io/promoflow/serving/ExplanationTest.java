package io.promoflow.serving;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.asks;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.promotion;
import static io.promoflow.serving.Cast.row;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.scoring.Scores;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private final FeatureRow row = row(ADA, NOON, 4);
  private final Scores scores = new Scores("s1", 0.1, List.of(), Map.of());
  private final Decider decider = new Decider(Cast.ASSUMED);

  private static Promotion onlyIf(String id, Condition... conditions) {
    return promotion(id, PromotionKind.PERCENT_OFF, percent(10), List.of(conditions), null);
  }

  private Decision brief(RuleSet rules) {
    return decider.decideBriefly(
        asks("r1", Trigger.VISIT, ADA, 10_000), row, scores, rules, Caps.NONE, null);
  }

  @Test
  void aLoggedDecisionTellsWhyEachPromotionLostAsTheDeciderWouldHave() {
    RuleSet rules =
        rules(
            1,
            List.of(
                onlyIf("others", new Condition("segment", Operator.IN, null, List.of("s2"))),
                onlyIf("many", new Condition("orders_7d", Operator.GE, 9.0, null)),
                onlyIf("dear", new Condition("cart_cents", Operator.GE, 20_000.0, null)),
                percentOff("five", 5),
                percentOff("ten", 10)),
            List.of());
    Decision inWords =
        decider.decide(asks("r1", Trigger.VISIT, ADA, 10_000), row, scores, rules, Caps.NONE, null);

    assertThat(new Explanation(brief(rules), rules, row).candidates())
        .isEqualTo(inWords.candidates());
    assertThat(inWords.candidates())
        .extracting(Candidate::detail)
        .contains(
            "segment is s1, must be IN [s2]",
            "orders_7d is 4.0, must be GE 9.0",
            "cart_cents is 10000.0, must be GE 20000.0");
  }

  @Test
  void whatRestsOnForgottenThingsIsSaidInGeneral() {
    RuleSet rules =
        rules(
            1,
            List.of(
                onlyIf("app", new Condition("channel", Operator.IN, null, List.of("app"))),
                onlyIf("many", new Condition("orders_7d", Operator.GE, 9.0, null))),
            List.of());
    assertThat(new Explanation(brief(rules), rules, null).candidates().subList(0, 2))
        .extracting(Candidate::detail)
        .containsOnly("a condition on the cart, the channel or the shopper did not hold");
  }

  @Test
  void rulesOfAnotherVersionExplainNothing() {
    Decision decision = brief(rules(1, List.of(percentOff("five", 5)), List.of()));
    assertThatThrownBy(() -> new Explanation(decision, rules(2, List.of(), List.of()), row))
        .hasMessageContaining("was made under rule version 1, not 2");
  }
}
