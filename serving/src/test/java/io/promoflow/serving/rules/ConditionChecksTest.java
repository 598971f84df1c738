package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions that no shopper, moment or cart can fulfil. */
class ConditionChecksTest {
  private static final String WEEK = "MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY";

  private static List<String> problems(String promotions) {
    try {
      RuleFile.parse("r", "promotions:\n" + promotions);
      return List.of();
    } catch (RuleFileException e) {
      return e.problems().stream().map(Object::toString).toList();
    }
  }

  private static String promotion(String id, String more, String... conditions) {
    return "  - {id: %s, kind: percent-off, terms: {percent: 5}%s, eligibility: [{field: %s}]}\n"
        .formatted(id, more, String.join("}, {field: ", conditions));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "weekday, operator: NOT_IN, values: ["
            + WEEK
            + "]; weekday, operator: NOT_IN, values: [SATURDAY, SUNDAY]"
            + "|eligibility: conditions contradict each other: weekday in UTC must be none of"
            + " [FRIDAY, MONDAY, SATURDAY, SUNDAY, THURSDAY, TUESDAY, WEDNESDAY]",
        "new_shopper, operator: NOT_IN, values: [\"true\", \"false\"]"
            + "|eligibility: conditions contradict each other: new_shopper must be none of [false, true]",
        "hour, operator: EQ, number: 12.5"
            + "|eligibility[0].number: impossible condition: hour is a whole number, is '12.5'",
        "cart_quantity, operator: EQ, number: 1.5"
            + "|eligibility[0].number: impossible condition: cart_quantity is a whole number, is '1.5'",
        "cart_cents, operator: GE, number: 1; cart_cents, operator: EQ, number: 100.5"
            + "|eligibility[1].number: impossible condition: cart_cents is a whole number, is '100.5'",
        "hour, operator: GT, number: 11; hour, operator: LT, number: 12"
            + "|eligibility: conditions contradict each other: hour in UTC must be above 11.0 and below 12.0",
        "cart_products, operator: GE, number: 1.2; cart_products, operator: LE, number: 1.8"
            + "|eligibility: conditions contradict each other: cart_products must be at least 1.2 and at most 1.8",
        "new_shopper, operator: IN, values: [\"true\"]; days_since_last_order, operator: GE, number: 60"
            + "|eligibility: conditions contradict each other: new_shopper must be one of [true] but"
            + " none of [true], since a new one has no days_since_last_order",
        "days_since_last_order, operator: LT, number: 60; new_shopper, operator: NOT_IN, values: [\"false\"]"
            + "|eligibility: conditions contradict each other: new_shopper must be none of [false,"
            + " true], since a new one has no days_since_last_order",
        "cart_category, operator: IN, values: [tea, cups]; cart_category, operator: NOT_IN, values: [tea];"
            + " cart_category, operator: NOT_IN, values: [pots, cups]"
            + "|eligibility: conditions contradict each other: cart_category must be one of [cups, tea]"
            + " but none of [cups, pots, tea]",
        "cart_product, operator: IN, values: [p1]; cart_product, operator: IN, values: [p2];"
            + " cart_product, operator: NOT_IN, values: [p2]"
            + "|eligibility: conditions contradict each other: cart_product must be one of [p2] but"
            + " none of [p2]",
        "orders_7d, operator: EQ, number: 0.5"
            + "|eligibility[0].number: impossible condition: orders_7d is a whole number, is '0.5'",
        "orders_7d, operator: GT, number: 0; orders_7d, operator: LT, number: 1"
            + "|eligibility: conditions contradict each other: orders_7d must be above 0.0 and below 1.0",
        // told once
        "weekday, operator: IN, values: [MONTAG]"
            + "|eligibility[0].values: must be some of [MONDAY, TUESDAY, WEDNESDAY, THURSDAY,"
            + " FRIDAY, SATURDAY, SUNDAY], is 'MONTAG'",
      })
  void whatCannotHoldIsRefused(String conditions, String problem) {
    assertThat(problems(promotion("a", "", conditions.split("; ?"))))
        .containsExactly("r:2: promotion a: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "weekday, operator: NOT_IN, values: [" + WEEK + "]",
        "weekday, operator: IN, values: [" + WEEK + ", SATURDAY, SUNDAY]",
        "hour, operator: EQ, number: 12",
        "hour, operator: GT, number: 11.5; hour, operator: LT, number: 12.5",
        "propensity, operator: EQ, number: 0.5",
        "propensity, operator: GT, number: 0.5; propensity, operator: LT, number: 0.6",
        "days_since_last_order, operator: GT, number: 1; days_since_last_order, operator: LT, number: 2",
        "days_since_last_order, operator: EQ, number: 1.5",
        "cart_products, operator: EQ, number: 0; cart_quantity, operator: LE, number: 0",
        "new_shopper, operator: IN, values: [\"false\"]; days_since_last_order, operator: GE, number: 60",
        "new_shopper, operator: IN, values: [\"true\"]; orders_7d, operator: LT, number: 1",
        "cart_category, operator: IN, values: [tea, cups]; cart_category, operator: NOT_IN, values: [tea]",
        "cart_product, operator: IN, values: [p1]; cart_category, operator: NOT_IN, values: [p1]",
      })
  void whatCanHoldIsGood(String conditions) {
    assertThat(problems(promotion("a", "", conditions.split("; ?")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ", categories: [tea]|cart_category, operator: NOT_IN, values: [tea, cups]|not",
        ", categories: [tea, cups]|cart_category, operator: NOT_IN, values: [tea]|",
        ", products: [p1], categories: [tea]|cart_category, operator: NOT_IN, values: [tea]|",
        ", products: [p1], categories: [tea]|cart_category, operator: NOT_IN, values: [tea]; cart_product, operator: NOT_IN, values: [p1]|not",
        ", products: [p1, p2]|cart_product, operator: NOT_IN, values: [p1]|",
        ", products: [p1, p2], kind: bundle|cart_product, operator: NOT_IN, values: [p1]|not",
        "|cart_category, operator: NOT_IN, values: [tea]|",
      })
  void whatExcludesAllThatIsCoveredIsRefused(String covers, String conditions, String not) {
    String text = promotion("a", covers == null ? "" : covers, conditions.split("; ?"));
    String once = text.contains("bundle") ? text.replace("kind: percent-off, ", "") : text;
    assertThat(problems(once))
        .isEqualTo(
            not == null
                ? List.of()
                : List.of(
                    "r:2: promotion a: eligibility: conditions contradict each other: no cart with"
                        + " what is covered is admitted"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "weekday, operator: NOT_IN, values: [SATURDAY, SUNDAY]"
            + "|weekday, operator: NOT_IN, values: ["
            + WEEK
            + "]",
        "new_shopper, operator: NOT_IN, values: [\"true\"]|new_shopper, operator: NOT_IN, values: [\"false\"]",
        "new_shopper, operator: IN, values: [\"true\"]|days_since_last_order, operator: GE, number: 60",
        "hour, operator: LT, number: 12|hour, operator: GT, number: 11",
        "segment, operator: IN, values: [s1, s2]; segment, operator: NOT_IN, values: [s2]"
            + "|segment, operator: IN, values: [s2, s3]",
        "cart_category, operator: IN, values: [tea]|cart_category, operator: NOT_IN, values: [tea, cups]",
      })
  void whatCannotHoldAtOnceNeedsNoOrder(String one, String other) {
    String group = ", stackingGroup: g";
    assertThat(
            problems(
                promotion("a", group, one.split("; ?"))
                    + promotion("b", group, other.split("; ?"))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "weekday, operator: NOT_IN, values: [SATURDAY, SUNDAY]|weekday, operator: NOT_IN, values: [MONDAY]",
        "hour, operator: LE, number: 12|hour, operator: GT, number: 11",
        "new_shopper, operator: IN, values: [\"true\"]|orders_7d, operator: GE, number: 0",
        "cart_category, operator: IN, values: [tea, cups]|cart_category, operator: NOT_IN, values: [tea]",
      })
  void whatCanHoldAtOnceNeedsAnOrder(String one, String other) {
    String group = ", stackingGroup: g";
    assertThat(problems(promotion("a", group, one) + promotion("b", group, other)))
        .containsExactly(
            "r:3: promotion b: priority: must differ from that of a (line 2): both are of group g"
                + " and can hold at once, is '0'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kind: bundle, terms: {percent: 5}, products: [a, b]|cart_products|LE|1|2",
        "kind: bundle, terms: {percent: 5}, products: [a, b]|cart_quantity|LT|2|2",
        "kind: bundle, terms: {percent: 5}, products: [a, b]|cart_products|EQ|2|",
        "kind: percent-off, terms: {percent: 5}, products: [a, b]|cart_products|EQ|0|1",
        "kind: percent-off, terms: {percent: 5}, products: [a, b]|cart_products|EQ|1|",
        "kind: percent-off, terms: {percent: 5}, categories: [tea]|cart_quantity|LE|0|1",
        "kind: percent-off, terms: {percent: 5, minSpendCents: 1}|cart_quantity|LT|1|1",
        "kind: percent-off, terms: {percent: 5}|cart_quantity|LT|1|",
      })
  void aCartWithLessThanThePromotionNeedsIsRefused(
      String promotion, String field, String operator, int number, Integer least) {
    String text =
        "  - {id: p, %s, eligibility: [{field: %s, operator: %s, number: %d}]}\n"
            .formatted(promotion, field, operator, number);
    if (least == null) {
      assertThat(problems(text)).isEmpty();
    } else {
      assertThat(problems(text))
          .singleElement()
          .asString()
          .startsWith(
              "r:2: promotion p: eligibility: conditions contradict each other: %s must be at least %d.0"
                  .formatted(field, least))
          .endsWith(", since the promotion needs so much in the cart");
    }
  }
}
