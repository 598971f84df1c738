package io.promoflow.deploy.console;

import static io.promoflow.deploy.console.LoggedShop.MONDAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.offpolicy.OffPolicy;
import io.promoflow.evaluation.offpolicy.ReleaseGate;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.serving.rules.RuleFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Rules in shadow over the log of a shop whose truth is known; eager shoppers are of segment s1.
 */
class RuleGateTest {
  static final ReleaseGate GATE =
      new ReleaseGate(new OffPolicy(0.05, 50, new AlwaysValid(0.05, 1_000)), 200, 0.01);
  static final String EVEN = rules("ten", 10, "", 0.5);
  static final String ONLY = ", eligibility: [{field: segment, operator: IN, values: [%s]}]";
  @RegisterExtension private static final TestStore STORE = new TestStore();

  static String rules(String id, int percent, String only, double weight) {
    return """
        promotions:
          - {id: %s, kind: percent-off, terms: {percent: %d}%s}
        experiments:
          - id: everybody
            trigger: VISIT
            primaryMetric: profit
            variants:
              - {id: control, control: true, weight: %s}
              - {id: give, weight: %s, promotions: [%s]}
        """
        .formatted(id, percent, only, 1 - weight, weight, id);
  }

  static RuleSet version(long version, String text) {
    return RuleFile.parse("rules.yaml", text).asVersion(version, "ada", "", MONDAY);
  }

  private GateFound judged(String live, String planned) throws Exception {
    RuleSet before = version(1, live);
    return judged(live, version(2, planned), LoggedShop.logUnder(STORE.place(), before));
  }

  private static GateFound judged(String live, RuleSet planned, List<ShopEvent> events) {
    var check =
        new GateCheck(
            STORE.source(),
            LoggedShop.settings(0),
            LoggedShop.outcomes(events),
            Map.of(1L, version(1, live))::get,
            (name, version) -> Optional.empty());
    return check.ofRules(planned, GATE, Duration.ofDays(14));
  }

  @Test
  void rulesThatAreTrulyBetterPass() throws Exception {
    GateFound found = judged(EVEN, rules("ten", 10, ONLY.formatted("s1"), 1));
    assertThat(found.verdict().opens()).isTrue();
    assertThat(found.challenger().immature()).as("of the last three days").isEqualTo(864);
    assertThat(found.challenger().unsupportedShare()).isZero();
    // 1,300 instead of 1,075: all of s1 gain 600; before, half of everybody gained 150
    assertThat(found.verdict().gain().low()).isPositive().isLessThan(225);
    assertThat(found.verdict().gain().high()).isGreaterThan(225);
    found
        .inShadow()
        .values()
        .forEach(
            value -> {
              assertThat(value.low()).isLessThan(1_300);
              assertThat(value.high()).isGreaterThan(1_300);
              assertThat(value.effectiveUnits()).isGreaterThan(900);
            });
  }

  @Test
  void worseRulesAreRefused() throws Exception {
    GateFound found = judged(EVEN, rules("ten", 10, ONLY.formatted("s0"), 1));
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isTrue();
    assertThat(found.verdict().gain().high()).isNegative();
  }

  @Test
  void theRulesInForceAreNoBetterThanThemselves() throws Exception {
    GateFound found = judged(EVEN, EVEN);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isTrue();
    assertThat(found.verdict().gain().low()).isZero();
    assertThat(found.verdict().gain().high()).isZero();
  }

  @Test
  void whatWasNeverGivenCannotBeJudged() throws Exception {
    GateFound found = judged(EVEN, rules("twenty", 20, "", 1));
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().unsupportedShare()).isEqualTo(1);
  }

  @Test
  void aPromotionWithOtherTermsIsAnotherPromotion() throws Exception {
    GateFound found = judged(EVEN, rules("ten", 20, "", 1));
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().unsupportedShare()).isEqualTo(1);
  }

  @Test
  void aLogThatLeftNothingToChanceSaysNothingOfOtherChoices() throws Exception {
    GateFound found = judged(rules("ten", 10, "", 1), rules("ten", 10, ONLY.formatted("s1"), 1));
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().unsupportedShare()).isBetween(0.49, 0.51);
    assertThat(found.verdict().reasons())
        .anyMatch(reason -> reason.contains("were never made in such a situation"));
  }

  @Test
  void withoutDecisionsNothingIsSaid() {
    RuleSet before = version(1, EVEN);
    GateFound found = judged(EVEN, before, List.of());
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
  }
}
