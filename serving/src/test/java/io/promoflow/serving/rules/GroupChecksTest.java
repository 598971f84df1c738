package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.RememberedOffers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of two promotions of a group, the one that goes first may leave the other nobody. */
class GroupChecksTest {
  private static final String NEVER_REACHED =
      "promotion fifteen: stackingGroup: is never reached: ten (line 5) goes first in group main"
          + " whenever this one holds";

  /** Such a lift that fifteen percent pay as well. */
  private static final Assumptions ASSUMED = new Assumptions(1, 0.4, 0.1, 5);

  private static String file(String contactCaps, String ten, String fifteen, String treated) {
    return """
        contactCaps: [%s]
        campaigns: [{id: may}, {id: june}]
        promotions:
        # ten goes first
          - {id: ten, kind: percent-off, terms: {percent: 10}, stackingGroup: main, priority: 2%s}
          - {id: fifteen, kind: percent-off, terms: {percent: 15}, stackingGroup: main, priority: 1%s}
        experiments:
          - id: depth
            trigger: VISIT
            variants: [{id: control, control: true, weight: 0.4, promotions: []}, %s]
            primaryMetric: profit
        """
        .formatted(contactCaps, ten, fifteen, treated);
  }

  private static String variants(String a, String b) {
    return "{id: a, weight: 0.3, promotions: [%s]}, {id: b, weight: 0.3, promotions: [%s]}"
        .formatted(a, b);
  }

  private static RuleSet rules(String text) {
    return RuleFile.parse("r", text).asVersion(1, "ada", "", Cast.NOON);
  }

  /** What a hundred shoppers get. */
  private static Set<String> given(RuleSet rules, Trigger trigger, Caps caps) {
    return IntStream.range(0, 100)
        .mapToObj(i -> Cast.asks("r" + i, trigger, "k1.shopper-" + i, 10_000))
        .map(asks -> new Decider(ASSUMED).decide(asks, null, Map.of(), rules, caps, null))
        .map(decision -> decision.promotionId())
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  @Test
  void whatAVariantGivesWithoutTheFirstIsReached() {
    RuleSet rules = rules(file("", "", "", variants("ten", "fifteen")));
    assertThat(given(rules, Trigger.VISIT, Caps.NONE)).containsExactlyInAnyOrder("ten", "fifteen");
    assertThat(given(rules, Trigger.CART_ADD, Caps.NONE)).containsExactly("ten");
  }

  @Test
  void whatIsLeftWhenTheCampaignOfTheFirstHasBeenOfferedEnoughIsReached() {
    String cap = "{campaign: may, offers: 2, per: P7D}";
    RuleSet rules = rules(file(cap, ", campaign: may", "", variants("ten", "ten")));
    Caps twice = new RememberedOffers(Map.of("ten", 2), Map.of());
    assertThat(given(rules, Trigger.CART_ADD, Caps.NONE)).containsExactly("ten");
    assertThat(given(rules, Trigger.CART_ADD, twice)).containsExactly("fifteen");
  }

  @ParameterizedTest(name = "{0} | {1} | {2} | {3}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "| | | ten",
        "| | | ten, fifteen",
        // caps that close both, or only the second one
        "{offers: 2, per: P7D} | | | ten",
        "{campaign: may, offers: 2, per: P7D} | , campaign: may | , campaign: may | ten",
        "{campaign: june, offers: 2, per: P7D} | , campaign: may | , campaign: june | ten",
      })
  void whatNothingLeavesToTheSecondIsRefused(
      String cap, String ten, String fifteen, String treated) {
    String text =
        file(
            Objects.requireNonNullElse(cap, ""),
            Objects.requireNonNullElse(ten, ""),
            Objects.requireNonNullElse(fifteen, ""),
            variants("ten", treated));
    var refused = catchThrowableOfType(RuleFileException.class, () -> RuleFile.parse("r", text));
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.problems())
        .extracting(Object::toString)
        .isEqualTo(List.of("r:6: " + NEVER_REACHED));
  }

  private static List<String> problems(String first, String second) {
    String text =
        """
        promotions:
          - {id: a, stackingGroup: main, %s}
          - {id: b, stackingGroup: main, %s}
        """
            .formatted(first, second);
    try {
      RuleFile.parse("r", text);
      return List.of();
    } catch (RuleFileException e) {
      return e.problems().stream().map(Object::toString).toList();
    }
  }

  private static final String GOLD = "kind: member-price, terms: {percent: 8, memberLevel: gold}";

  private static String percent(String operator, String levels) {
    return "kind: percent-off, terms: {percent: 5}, eligibility: [{field: member_level, operator: "
        + operator
        + ", values: ["
        + levels
        + "]}]";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"NOT_IN|gold", "NOT_IN|silver, gold", "IN|silver", "IN|silver, bronze"})
  void thePriceOfALevelAndWhatOthersGetNeedNoOrder(String operator, String levels) {
    assertThat(problems(GOLD, percent(operator, levels))).isEmpty();
    assertThat(problems(percent(operator, levels), GOLD)).isEmpty();
    String silver = GOLD.replace("gold", "silver");
    assertThat(problems(GOLD, silver)).as("no shopper is of both levels").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"NOT_IN|silver", "IN|silver, gold"})
  void thePriceOfALevelAndWhatItsShoppersAlsoGetNeedAnOrder(String operator, String levels) {
    assertThat(problems(GOLD, percent(operator, levels)))
        .containsExactly(
            "r:3: promotion b: priority: must differ from that of a (line 2): both are of group"
                + " main and can hold at once, is '0'");
    assertThat(problems(GOLD, GOLD)).hasSize(1);
  }

  private static String orders(String operator, int number) {
    return "kind: percent-off, terms: {percent: 5}, eligibility: [{field: orders_7d, operator: "
        + "%s, number: %d}]".formatted(operator, number);
  }

  @Test
  void betweenTwoWholeNumbersIsNobody() {
    assertThat(problems(orders("GT", 0), orders("LT", 1))).isEmpty();
    assertThat(problems(orders("GT", 0), orders("LT", 2))).hasSize(1);
  }

  @Test
  void thePriceOfALevelIsNeverReachedBelowWhatItsShoppersAlwaysGet() {
    assertThat(problems(percent("IN", "silver, gold") + ", priority: 2", GOLD + ", priority: 1"))
        .containsExactly(
            "r:3: promotion b: stackingGroup: is never reached: a (line 2) goes first in group main"
                + " whenever this one holds");
    assertThat(problems(percent("IN", "silver") + ", priority: 2", GOLD + ", priority: 1"))
        .isEmpty();
  }
}
