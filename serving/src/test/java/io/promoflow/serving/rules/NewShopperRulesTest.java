package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.features.Declarations;
import io.promoflow.features.FeatureSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is new is known by a feature, which a shop may have declared under another name. */
class NewShopperRulesTest {
  private static final String WELCOME =
      """
      promotions:
        - id: welcome
          kind: percent-off
          terms: {percent: 10}
          eligibility: [{field: new_shopper, operator: IN, values: ["true"]}]
      """;
  private static final String PROBLEM =
      "r:5: promotion welcome: eligibility[0].field: needs the feature days_since_last_order,"
          + " which is not declared, nor in a row or model that a server knows, is 'new_shopper'";

  private static FeatureSet declared(String name) {
    return Declarations.parse(
        "features.yaml",
        """
        features:
          - {name: %s, events: [ORDER_PLACED], aggregate: days_since_last, ever: true,
             unit: days, meaning: Days since the last order, owner: shop}
        """
            .formatted(name));
  }

  private static void assertRefused(Vocabulary words) {
    assertThatThrownBy(() -> RuleFile.parse("r", WELCOME, words)).hasMessageContaining(PROBLEM);
  }

  private static void assertGood(Vocabulary words) {
    assertThat(RuleFile.parse("r", WELCOME, words).promotions()).hasSize(1);
  }

  @Test
  void withoutTheFeatureEverybodyWouldBeNew() {
    assertRefused(Vocabulary.of(declared("days_since_order")));
    assertGood(Vocabulary.of(declared("days_since_last_order")));
    assertGood(Vocabulary.shipped());
  }

  @Test
  void rowsWithFeaturesOfOthersMustHaveIt() {
    assertGood(Vocabulary.shippedAs(Set.of()));
    assertGood(Vocabulary.shippedAs(Set.of("orders_7d"))); // nobody has ordered yet
    assertRefused(Vocabulary.shippedAs(Set.of("orders_7d", "days_since_order")));
    assertGood(Vocabulary.shippedAs(Set.of("days_since_order", "days_since_last_order")));
  }

  @Test
  void aFileThatWasInForceIsReadAllTheSame() {
    Vocabulary others = Vocabulary.of(declared("days_since_order"));
    assertThat(RuleFile.stored("r", WELCOME, others).promotions()).hasSize(1);
    String metric =
        """
        experiments:
          - id: e
            trigger: VISIT
            primaryMetric: tea_spend
            variants: [{id: control, control: true, weight: 1}, {id: a, weight: 0}]
        """;
    assertThat(RuleFile.stored("r", WELCOME + metric, Vocabulary.ANYTHING).experiments())
        .hasSize(1);
  }
}
