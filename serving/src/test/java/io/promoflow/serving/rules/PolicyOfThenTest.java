package io.promoflow.serving.rules;

import static io.promoflow.serving.rules.RulePreview.NOTHING;
import static io.promoflow.serving.rules.TestLog.knowing;
import static io.promoflow.serving.rules.TestLog.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assignment;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.TestLedger;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Decisions of when something else was left to chance, and others were held out, than now. Shipping
 * is best, ten per cent off pays, half of the price does not.
 */
class PolicyOfThenTest {
  private static final String RULES =
      """
      promotions:
        - {id: ship, kind: free-shipping, terms: {amountCents: 500}}
        - {id: ten, kind: percent-off, terms: {percent: 10}}
        - {id: half, kind: percent-off, terms: {percent: 50}}
      """;
  private static final Assumptions SURE = Cast.ASSUMED;
  private static final Assumptions DRAWING = SURE.exploring(0.4);
  private static final Map<String, Double> SHIP = Map.of("ship", 1.0);
  private static final Map<String, Double> DRAWN =
      Map.of("ship", 0.7, "ten", 0.1, "half", 0.1, NOTHING, 0.1);

  @RegisterExtension private static final TestLog LOG = new TestLog();

  /** Forty shoppers are asked about. */
  private static List<Decision> logged(Assumptions then, String rules, Ledger ledger)
      throws Exception {
    var decider = new Decider(then, ledger);
    var decisions = new ArrayList<Decision>();
    for (int i = 0; i < 40; i++) {
      decisions.add(
          decider.decideBriefly(
              Cast.asks("r" + i, Trigger.VISIT, "k1.s" + i, 10_000),
              null,
              Scores.UNKNOWN,
              rules(1, rules),
              Caps.NONE,
              null));
    }
    LOG.write(decisions.toArray(Decision[]::new));
    return decisions;
  }

  private static List<Decision> logged(Assumptions then, String rules) throws Exception {
    return logged(then, rules, OpenLedger.INSTANCE);
  }

  private static List<Shadowed> ofRules(Assumptions now, String rules) {
    return RuleShadow.of(
        LOG.store(),
        now,
        history(rules),
        knowing(List.of()),
        rules(2, rules),
        Cast.NOON,
        Cast.NOON.plusSeconds(1));
  }

  private static List<Shadowed> ofModels(Assumptions now, String rules) {
    return ModelShadow.of(
        LOG.store(),
        now,
        history(rules),
        knowing(List.of()),
        List.of(),
        List.of(),
        Cast.NOON,
        Cast.NOON.plusSeconds(1));
  }

  private static LongFunction<RuleSet> history(String rules) {
    RuleSet then = rules(1, rules);
    return version -> version == 1 ? then : null;
  }

  /** What both gates say; each decision once. */
  private static List<Shadowed> shadowed(Assumptions now, String rules) {
    var both = new ArrayList<>(ofRules(now, rules));
    both.addAll(ofModels(now, rules));
    assertThat(both).hasSize(80);
    return both;
  }

  private static void assertShares(Map<String, Double> shares, Map<String, Double> expected) {
    assertThat(shares.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (choice, share) -> assertThat(shares.get(choice)).isCloseTo(share, within(1e-12)));
  }

  @Test
  void whatWasDrawnThenWasAsProbableAsItWasLogged() throws Exception {
    assertThat(logged(DRAWING, RULES).stream().map(Decision::probability).distinct())
        .containsExactlyInAnyOrder(0.7, 0.1);
    for (Shadowed one : shadowed(SURE, RULES)) {
      assertShares(one.then(), DRAWN);
      assertShares(one.challenger(), SHIP);
      assertShares(one.incumbent(), SHIP);
    }
  }

  @Test
  void whatWasSureThenWasSureWhateverIsLeftToChanceNow() throws Exception {
    logged(SURE, RULES);
    for (Shadowed one : shadowed(DRAWING, RULES)) {
      assertThat(one.choice()).isEqualTo("ship");
      assertThat(one.then()).isEqualTo(SHIP);
      assertShares(one.challenger(), DRAWN);
      assertShares(one.incumbent(), DRAWN);
    }
  }

  @Test
  void aShareThatWasRaisedCountsFromThenOn() throws Exception {
    logged(SURE.exploring(0.2), RULES);
    for (Shadowed one : shadowed(DRAWING, RULES)) {
      assertShares(one.then(), Map.of("ship", 0.85, "ten", 0.05, "half", 0.05, NOTHING, 0.05));
      assertShares(one.challenger(), DRAWN);
    }
  }

  @Test
  void whatFitsNoShareIsUnknown() throws Exception {
    Decision drawn =
        logged(DRAWING, RULES).stream()
            .filter(one -> "half".equals(one.promotionId()))
            .findFirst()
            .orElseThrow();
    // four times .3 is more than all
    for (double fitsNone : new double[] {0.3, 0.97, 1}) {
      setProbability(drawn, fitsNone);
      for (Assumptions now : List.of(SURE, DRAWING)) {
        assertThat(shadowed(now, RULES))
            .as("%s", fitsNone)
            .filteredOn(one -> !one.then().containsKey(one.choice()))
            .hasSize(2);
      }
    }
  }

  private static void setProbability(Decision decision, double probability) throws Exception {
    try (var connection = LOG.store().getConnection();
        var update =
            connection.prepareStatement(
                "UPDATE serving.decisions SET probability = ? WHERE decision_id = ?")) {
      update.setDouble(1, probability);
      update.setString(2, decision.decisionId());
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void whereNothingElseWasOpenNothingWasLeftToChance() throws Exception {
    String later = RULES.replace("}}", "}, from: 2027-01-01T00:00:00Z}");
    assertThat(logged(DRAWING, later)).allMatch(one -> one.probability() == 1);
    for (Assumptions now : List.of(SURE, DRAWING)) {
      for (Shadowed one : shadowed(now, later)) {
        assertThat(one.then()).isEqualTo(Map.of(NOTHING, 1.0));
        assertThat(one.challenger()).isEqualTo(one.then());
      }
    }
  }

  @Test
  void whatTheLedgerRefusedCouldNotBeDrawnButWhoTookItsPlaceCould() throws Exception {
    String grouped =
        RULES
            .replace("500}", "500}, budgetCents: 100000, stackingGroup: g, priority: 2")
            .replace("10}", "10}, stackingGroup: g, priority: 1");
    var spent = new TestLedger(Map.of(), Map.of("ship", Refusal.BUDGET_SPENT));
    logged(SURE.exploring(0.3), grouped, spent);
    for (Shadowed one : shadowed(SURE, grouped)) {
      assertShares(one.then(), Map.of("ten", 0.8, "half", 0.1, NOTHING, 0.1));
      assertThat(one.challenger()).isEqualTo(Map.of("ten", 1.0));
    }
    assertThat(ofRules(SURE, grouped)).extracting(Shadowed::choice).contains("half", "ten");
  }

  private static final String EXPERIMENT =
      RULES
          + """
          experiments:
            - id: x
              trigger: VISIT
              primaryMetric: profit
              variants:
                - {id: control, control: true, weight: 0.25, promotions: [half]}
                - {id: ten, weight: 0.75, promotions: [ten]}
          """;

  @Test
  void inExperimentsItIsTheVariantThatWasDrawn() throws Exception {
    logged(DRAWING, EXPERIMENT);
    for (Assumptions now : List.of(SURE, DRAWING)) {
      for (Shadowed one : shadowed(now, EXPERIMENT)) {
        assertShares(one.then(), Map.of("half", 0.25, "ten", 0.75));
        assertShares(one.challenger(), one.then());
      }
    }
  }

  @Test
  void whatWasLaidDownWasSure() throws Exception {
    String paused = EXPERIMENT.replace("trigger: VISIT", "trigger: VISIT\n    paused: true");
    assertThat(logged(DRAWING, paused)).allMatch(one -> one.probability() == 1);
    for (Assumptions now : List.of(SURE, DRAWING)) {
      for (Shadowed one : shadowed(now, paused)) {
        assertThat(one.then()).isEqualTo(Map.of("half", 1.0));
        assertThat(one.challenger()).isEqualTo(one.then());
      }
    }
  }

  @Test
  void whoWasHeldOutThenIsToldByTheLog() throws Exception {
    var holding = new Assumptions(0.5, 0.4, 0.1, 5, 0.4, 0.5);
    logged(holding, RULES);
    for (Shadowed one : shadowed(DRAWING, RULES)) {
      boolean heldOut = Assignment.isHeldOut(0.5, one.shopperId());
      assertShares(one.then(), heldOut ? Map.of(NOTHING, 1.0) : DRAWN);
      assertShares(one.challenger(), DRAWN);
      assertShares(one.incumbent(), DRAWN);
    }
  }

  @Test
  void whoIsHeldOutSinceWasNotThen() throws Exception {
    logged(DRAWING, RULES);
    var holding = new Assumptions(0.5, 0.4, 0.1, 5, 0.4, 0.5);
    for (Shadowed one : shadowed(holding, RULES)) {
      boolean heldOut = Assignment.isHeldOut(0.5, one.shopperId());
      assertShares(one.then(), DRAWN);
      assertShares(one.challenger(), heldOut ? Map.of(NOTHING, 1.0) : DRAWN);
      assertShares(one.incumbent(), one.challenger());
    }
  }
}
