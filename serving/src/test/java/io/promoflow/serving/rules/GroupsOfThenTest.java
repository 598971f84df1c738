package io.promoflow.serving.rules;

import static io.promoflow.serving.rules.TestLog.knowing;
import static io.promoflow.serving.rules.TestLog.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.TestLedger;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.rules.RulePreview.Move;
import io.promoflow.serving.rules.RulePreview.Preview;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Decisions made again whose first of a stacking group was refused then, or may be now. Flash costs
 * more than it brings: where it is to be had, its group gives nothing.
 */
class GroupsOfThenTest {
  private static final String RULES =
      """
      promotions:
        - id: flash
          kind: percent-off
          terms: {percent: 20}
          budgetCents: 100000
          priority: 2
          stackingGroup: main
        - {id: five, kind: percent-off, terms: {percent: 5}, priority: 1, stackingGroup: main}
      """;
  private static final String OF_TEA = RULES.replace("id: five,", "id: five, categories: [tea],");
  private static final List<Cart.Line> TEA =
      List.of(new Cart.Line("pot", "tea", 1, 10_000L, Cast.NOON));
  private static final Scores SCORES = new Scores("s1", 0.1, List.of(), Map.of());
  private static final Instant UNTIL = Cast.NOON.plusSeconds(1);

  @RegisterExtension private static final TestLog LOG = new TestLog();

  private static Ledger spent() {
    return new TestLedger(Map.of(), Map.of("flash", Refusal.BUDGET_SPENT));
  }

  private static String given(RuleSet rules, Ledger ledger, List<Cart.Line> lines)
      throws Exception {
    try (var connection = LOG.store().getConnection()) {
      RuleStore.insert(connection, new RuleVersion(rules, null, RULES));
    }
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    Decision made =
        new Decider(Cast.ASSUMED, ledger)
            .decideBriefly(
                new DecisionRequest(
                    "r1", Trigger.VISIT, Cast.ADA, Cast.NOON, new Cart(10_000, lines)),
                Cast.row(Cast.ADA, Cast.NOON, 4),
                SCORES,
                rules,
                Caps.NONE,
                null);
    LOG.write(made);
    return made.promotionId();
  }

  private static Preview preview(String planned) {
    return RulePreview.of(
        LOG.store(), Cast.ASSUMED, rules(2, planned), knowing(List.of()), Cast.NOON, UNTIL);
  }

  private static Shadowed shadow(RuleSet then, String planned) {
    List<Shadowed> log =
        RuleShadow.of(
            LOG.store(),
            Cast.ASSUMED,
            Map.of(1L, then)::get,
            knowing(List.of()),
            rules(2, planned),
            Cast.NOON,
            UNTIL);
    assertThat(log).hasSize(1);
    return log.get(0);
  }

  private static void assertUndecidable(RuleSet then, String planned) {
    assertThat(preview(planned).undecidable()).as(planned).isEqualTo(1);
    assertThat(shadow(then, planned).undecidable()).as(planned).isTrue();
  }

  private static void assertMoves(RuleSet then, String planned, String from, String to) {
    assertThat(preview(planned).moves()).as(planned).isEqualTo(Map.of(new Move(from, to), 1L));
    Shadowed shadowed = shadow(then, planned);
    assertThat(shadowed.then()).isEqualTo(Map.of(from, 1.0));
    assertThat(shadowed.challenger()).isEqualTo(Map.of(to, 1.0));
  }

  @Test
  void whoTookThePlaceOfWhatWasSpentTakesItAgain() throws Exception {
    RuleSet rules = rules(1, RULES);
    assertThat(given(rules, spent(), List.of())).isEqualTo("five");
    assertMoves(rules, RULES, "five", "five");
  }

  @Test
  void whetherALargerBudgetWouldHaveKeptItOutIsUndecidable() throws Exception {
    RuleSet rules = rules(1, RULES);
    given(rules, spent(), List.of());
    assertUndecidable(rules, RULES.replace("100000", "900000"));
  }

  @Test
  void whatASmallerBudgetSurelyCoversKeepsTheNextOut() throws Exception {
    RuleSet rules = rules(1, RULES);
    assertThat(given(rules, OpenLedger.INSTANCE, List.of())).isNull();
    assertMoves(rules, RULES, RulePreview.NOTHING, RulePreview.NOTHING);
    assertMoves(rules, RULES.replace("100000", "2000"), RulePreview.NOTHING, RulePreview.NOTHING);
    assertUndecidable(rules, RULES.replace("100000", "1999"));
  }

  @Test
  void whoTookThePlaceForWhatIsNotLoggedIsUndecidable() throws Exception {
    RuleSet rules = rules(1, OF_TEA);
    assertThat(given(rules, spent(), TEA)).isEqualTo("five");
    assertUndecidable(rules, OF_TEA);
    assertUndecidable(rules, OF_TEA.replace("100000", "900000"));
  }

  @Test
  void whoIsSurelyKeptOutRestsOnNothing() throws Exception {
    RuleSet rules = rules(1, OF_TEA);
    assertThat(given(rules, OpenLedger.INSTANCE, TEA)).isNull();
    assertMoves(rules, OF_TEA, RulePreview.NOTHING, RulePreview.NOTHING);
    assertUndecidable(rules, OF_TEA.replace("100000", "1999"));
  }
}
