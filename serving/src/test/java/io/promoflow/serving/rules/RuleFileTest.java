package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.yaml.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFileTest {
  static final String GOOD =
      """
      promotions:
        - id: ten-off
          kind: percent-off
          terms: {percent: 10, maxDiscountCents: 2000}
          products: []
          categories: []
          eligibility:
            - {field: segment, operator: IN, values: [s1]}
            - {field: orders_7d, operator: GE, number: 1}
          from: 2026-01-05T00:00:00Z
          until: 2026-02-01T00:00:00Z
          perShopperCap: 3
          priority: 10
          stackingGroup: main
      experiments:
        - id: cart-discount
          salt: cart-discount-1
          trigger: CART_ADD
          variants:
            - {id: control, control: true, weight: 0.5, promotions: []}
            - {id: ten-off, weight: 0.5, promotions: [ten-off]}
          segments: []
          segmentRequired: true
          from: 2026-01-08T00:00:00Z
          primaryMetric: profit
          guardrails: [{metric: orders, margin: 0.2}]
          holdoutShare: 0.0
          policy: {floor: 0.1, maxStep: 0.3, minimumUnits: 100, perSegment: true, alpha: 0.05}
      """;

  private static List<String> problems(String text) {
    var refused =
        catchThrowableOfType(RuleFileException.class, () -> RuleFile.parse("rules.yaml", text));
    assertThat(refused).as("refused").isNotNull();
    return refused.problems().stream().map(Problem::toString).toList();
  }

  @Test
  void aGoodFileIsReadAsItIsWritten(@TempDir Path folder) throws Exception {
    Path path = Files.writeString(folder.resolve("rules.yaml"), GOOD);
    RuleFile file = RuleFile.parse(path, Vocabulary.shipped());
    Promotion promotion = file.promotions().get(0);
    assertThat(promotion.kind()).isEqualTo(PromotionKind.PERCENT_OFF);
    assertThat(promotion.terms().percent()).isEqualTo(10.0);
    assertThat(promotion.terms().maxDiscountCents()).isEqualTo(2000);
    assertThat(promotion.from()).isEqualTo(Instant.parse("2026-01-05T00:00:00Z"));
    assertThat(promotion.eligibility())
        .containsExactly(
            new Condition("segment", Condition.Operator.IN, null, List.of("s1")),
            new Condition("orders_7d", Condition.Operator.GE, 1.0, null));
    Experiment experiment = file.experiments().get(0);
    assertThat(experiment.segmentRequired()).isTrue();
    assertThat(experiment.variants()).hasSize(2);
    assertThat(experiment.policy().minimumUnits()).isEqualTo(100);
    assertThat(experiment.status()).isEqualTo(Experiment.Status.RUNNING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "percent: 10| percent: 110"
            + "| rules.yaml:4: promotion ten-off: terms.percent: must be a number from 0 to 100, is '110'",
        "percent: 10| prcent: 10"
            + "| rules.yaml:4: promotion ten-off: terms.prcent: unknown key; did you mean percent?",
        "percent-off| BUNDLE"
            + "| rules.yaml:5: promotion ten-off: products: a BUNDLE names at least two products, is '[]'",
        "percent-off| FREE_SHIPPING"
            + "| rules.yaml:4: promotion ten-off: terms.amountCents: FREE_SHIPPING needs it",
        "percent-off| discount"
            + "| rules.yaml:3: promotion ten-off: kind: must be one of [SPEND_X_SAVE_Y, PERCENT_OFF, COUPON, GIFT, FLASH_SALE, BUNDLE, MEMBER_PRICE, FREE_SHIPPING], is 'discount'",
        "until: 2026-02-01T00:00:00Z| until: 2026-01-05T00:00:00Z"
            + "| rules.yaml:11: promotion ten-off: until: must be after from, which is 2026-01-05T00:00:00Z, is '2026-01-05T00:00:00Z'",
        "from: 2026-01-08T00:00:00Z| from: yesterday"
            + "| rules.yaml:24: experiment cart-discount: from: must be a moment with a zone, such as 2026-01-05T00:00:00Z, is 'yesterday'",
        "from: 2026-01-08T00:00:00Z| from: -9999-01-01T00:00:00Z"
            + "| rules.yaml:24: experiment cart-discount: from: must lie between the years 1 and 9999, is '-9999-01-01T00:00:00Z'",
        "until: 2026-02-01T00:00:00Z| until: +10000-01-01T00:00:00Z"
            + "| rules.yaml:11: promotion ten-off: until: must lie between the years 1 and 9999, is '+10000-01-01T00:00:00Z'",
        "control: true, weight: 0.5| control: true, weight: 0.6"
            + "| rules.yaml:20: experiment cart-discount: variants: weights must add up to 1, is '1.1'",
        "control: true, weight: 0.5| weight: 0.5"
            + "| rules.yaml:20: experiment cart-discount: variants: exactly one must be the control, is '[]'",
        "promotions: [ten-off]| promotions: [nine-off]"
            + "| rules.yaml:21: experiment cart-discount: variants[1].promotions: must name promotions of this file, is 'nine-off'",
        "floor: 0.1| floor: 0.6"
            + "| rules.yaml:28: experiment cart-discount: policy.floor: must be a number from 0 to 0.5, is '0.6'",
        "primaryMetric: profit| primaryMetric: happiness"
            + "| rules.yaml:25: experiment cart-discount: primaryMetric: must be one of [conversion, orders, spend, profit, discount, ctr, order_value, order_value_median, retention_7d, review_rating]; did you mean orders?, is 'happiness'",
        "metric: orders| metric: order"
            + "| rules.yaml:26: experiment cart-discount: guardrails[0].metric: must be one of [conversion, orders, spend, profit, discount, ctr, order_value, order_value_median, retention_7d, review_rating]; did you mean orders?, is 'order'",
        "operator: IN, values: [s1]| operator: IN"
            + "| rules.yaml:8: promotion ten-off: eligibility[0].values: IN needs it",
        "stackingGroup: main| id: again" + "| rules.yaml:14: promotion: id: is given twice",
        "weight: 0.5, promotions: []| weight: .nan, promotions: []"
            + "| rules.yaml:20: experiment cart-discount: variants[0].weight: must be a number from 0 to 1, is '.nan'",
      })
  void aWrongValueIsNamedWithFileLineRuleKeyAndValue(String good, String bad, String problem) {
    assertThat(problems(GOOD.replace(good, bad))).contains(problem);
  }

  @Test
  void allProblemsAreToldAtOnce() {
    String bad =
        GOOD.replace("percent: 10", "percent: -1")
            .replace("trigger: CART_ADD", "trigger: LATER")
            .replace("margin: 0.2", "margin: 2");
    assertThat(problems(bad)).hasSize(3);
  }

  @Test
  void anIdThatIsTakenIsRefused() {
    String twice =
        """
        promotions:
          - {id: a, kind: FREE_SHIPPING, terms: {amountCents: 490}}
          - {id: a, kind: FREE_SHIPPING, terms: {amountCents: 590}}
        """;
    assertThat(problems(twice))
        .containsExactly("rules.yaml:3: promotion a: id: is taken on line 2, is 'a'");
  }

  @Test
  void whatIsNoYamlIsRefusedWithItsLine() {
    assertThat(problems("promotions: [\n  {id: a\n"))
        .singleElement()
        .asString()
        .contains("is no YAML");
    assertThat(problems("")).singleElement().asString().contains("is empty");
    assertThat(problems("- a\n")).isNotEmpty();
  }

  @Test
  void whatIsYamlBeyondTheLimitsIsRefusedWithItsLine() {
    String base = "promotions:\n  - &base {id: a, kind: percent-off, terms: {percent: 5}}\n";
    assertThat(problems(base + "  - <<: *base\n    id: b\n"))
        .containsExactly(
            "rules.yaml:3: *base stands for a list or mapping, which must be written out here:"
                + " anchors are for single values");
    assertThat(problems("promotions: &a [b,\n *a]\n"))
        .singleElement()
        .asString()
        .startsWith("rules.yaml:2: *a stands for");
    String deep = "promotions:\n  - id: a\n    terms:\n      " + "[".repeat(18) + "\n";
    assertThat(problems(deep + "      1" + "]".repeat(18)))
        .containsExactly("rules.yaml:5: is nested deeper than 20");
    assertThat(problems("promotions: &a [b]\n--- \u0007 *a\n"))
        .singleElement()
        .asString()
        .startsWith("rules.yaml:1: is no YAML: special characters");
    String single = GOOD.replace("id: ten-off\n", "id: &id ten-off\n");
    assertThat(RuleFile.parse("r", single.replace("[ten-off]", "[*id]")).experiments().get(0))
        .isEqualTo(RuleFile.parse("r", GOOD).experiments().get(0));
  }

  @Test
  void budgetAndStockAreRead() {
    RuleFile file =
        RuleFile.parse("r", GOOD.replace("priority: 10", "budgetCents: 5000\n    stock: 7"));
    assertThat(file.promotions().get(0).budgetCents()).isEqualTo(5000);
    assertThat(file.promotions().get(0).stock()).isEqualTo(7);
  }

  @Test
  void experimentsMayNameTheMetricsThatAreDeclared() {
    String text = GOOD.replace("primaryMetric: profit", "primaryMetric: tea_spend");
    Vocabulary declared = Vocabulary.shipped().withMetrics(List.of("orders", "tea_spend"));
    assertThat(RuleFile.parse("r", text, declared).experiments().get(0).primaryMetric())
        .isEqualTo("tea_spend");
    assertThatThrownBy(() -> RuleFile.parse("r", text))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining("primaryMetric: must be one of");
  }

  @Test
  void aPolicyThatIsNotThereIsRefused() {
    String text = GOOD.replace("alpha: 0.05", "alpha: 0.05, use: [stop-loser, tompson]");
    int line = 1 + text.substring(0, text.indexOf("use:")).split("\n", -1).length - 1;
    assertThatThrownBy(() -> RuleFile.parse("rules.yaml", text))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining(
            "rules.yaml:"
                + line
                + ": experiment cart-discount: policy.use: must name some of [shift-to-better,"
                + " promote-winner, stop-loser, thompson, top-two]; did you mean thompson?, is"
                + " 'tompson'");
    Vocabulary own = Vocabulary.shipped().withPolicies(List.of("stop-loser", "tompson"));
    assertThat(RuleFile.parse("r", text, own).experiments().get(0).policy().use())
        .containsExactly("stop-loser", "tompson");
  }

  @Test
  void aTextThatNoStoreTakesIsRefused() {
    assertThat(problems(GOOD.replace("segments: []", "segments: [\"s\\01\"]")))
        .containsExactly(
            "rules.yaml:22: experiment cart-discount: segments:"
                + " must hold no U+0000 and no half surrogate pairs");
    assertThat(problems(GOOD.replace("id: ten-off\n", "id: \"ten\\0off\"\n")))
        .anyMatch(problem -> problem.contains("id: must hold no U+0000"));
    assertThat(problems("promotions:\n  - {id: \"a\\u"))
        .containsExactly("rules.yaml:1: is no YAML: an escape in it cannot be read");
  }
}
