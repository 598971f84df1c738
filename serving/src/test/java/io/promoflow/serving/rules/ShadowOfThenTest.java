package io.promoflow.serving.rules;

import static io.promoflow.serving.rules.RulePreview.NOTHING;
import static io.promoflow.serving.rules.TestLog.byName;
import static io.promoflow.serving.rules.TestLog.knowing;
import static io.promoflow.serving.rules.TestLog.response;
import static io.promoflow.serving.rules.TestLog.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.TestLedger;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.ledger.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Gates make decisions again in the situation of then: with the dual prices and the refusals of the
 * ledger of then, and not where nobody knows what was in the cart.
 */
class ShadowOfThenTest {
  private static final String OFFERS =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}}
        - {id: three, kind: percent-off, terms: {percent: 3}, budgetCents: 100000}
      """;
  private static final String TEA =
      OFFERS + "  - {id: tea, kind: percent-off, terms: {percent: 1}, categories: [tea]}\n";
  private static final String EXPERIMENT =
      """
      experiments:
        - id: x
          trigger: VISIT
          primaryMetric: profit
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: tea, weight: 0.5, promotions: [tea]}
      """;
  private static final List<ModelVersion> MODELS =
      List.of(
          response("none", Cast.NOON, 0.001, -2), response("percent-off", Cast.NOON, 0.001, -1));
  private static final List<Cart.Line> POT =
      List.of(new Cart.Line("pot", "tea", 1, 10_000L, Cast.NOON));
  private static final List<Cart.Line> MUG =
      List.of(new Cart.Line("mug", "mugs", 1, 10_000L, Cast.NOON));
  private static final DualPrices DEAR =
      new DualPrices("prices@1", Cast.NOON, Map.of("three", new DualPrices.Price(9, 0)), 0);

  @RegisterExtension private static final TestLog LOG = new TestLog();

  private static Decision decided(
      String request, String rules, List<Cart.Line> lines, DualPrices prices, Ledger ledger)
      throws Exception {
    LOG.write(Cast.row(Cast.ADA, Cast.NOON, 4));
    Decision decision =
        new Decider(Cast.ASSUMED, ledger)
            .decideBriefly(
                new DecisionRequest(
                    request, Trigger.VISIT, Cast.ADA, Cast.NOON, new Cart(10_000, lines)),
                Cast.row(Cast.ADA, Cast.NOON, 4),
                byName(MODELS),
                rules(1, rules),
                Caps.NONE,
                prices);
    LOG.write(decision);
    return decision;
  }

  /** What the gate for rules and the gate for models make of the log. */
  private static List<Shadowed> shadowed(String live, String planned) {
    var log =
        new ArrayList<>(
            RuleShadow.of(
                LOG.store(),
                Cast.ASSUMED,
                history(live),
                knowing(MODELS),
                rules(2, planned),
                Cast.NOON,
                Cast.NOON.plusSeconds(1)));
    if (live.equals(planned)) {
      log.addAll(
          ModelShadow.of(
              LOG.store(),
              Cast.ASSUMED,
              history(live),
              knowing(MODELS),
              MODELS,
              MODELS,
              Cast.NOON,
              Cast.NOON.plusSeconds(1)));
    }
    return log;
  }

  private static LongFunction<RuleSet> history(String text) {
    return Map.of(1L, rules(1, text))::get;
  }

  private static void assertSure(Shadowed one, String choice) {
    assertThat(one.undecidable()).isFalse();
    assertThat(one.choice()).isEqualTo(choice);
    assertThat(one.then()).isEqualTo(Map.of(choice, 1.0));
    assertThat(one.incumbent()).isEqualTo(one.then());
    assertThat(one.challenger()).isEqualTo(one.then());
  }

  @Test
  void dualPricesOfThenCountAndDecisionsWhosePricesAreLostAreUnknown() throws Exception {
    Decision priced = decided("priced", OFFERS, List.of(), DEAR, OpenLedger.INSTANCE);
    assertThat(priced.promotionId()).as("what the budget is worth to others").isEqualTo("five");
    assertThat(shadowed(OFFERS, OFFERS))
        .hasSize(2)
        .allSatisfy(
            lost -> {
              assertThat(lost.then()).isEmpty();
              assertThat(lost.undecidable()).isFalse();
            });
    LOG.write(DEAR);
    assertThat(shadowed(OFFERS, OFFERS)).hasSize(2).allSatisfy(one -> assertSure(one, "five"));
  }

  @Test
  void pricesOfNothingAreNotLost() throws Exception {
    String free = "promotions: [{id: five, kind: percent-off, terms: {percent: 5}}]\n";
    assertMadeAgain(free, new DualPrices("prices@1", Cast.NOON, Map.of(), 0), "five");
  }

  @Test
  void thePriceOfAContactIsNotLost() throws Exception {
    String seldom =
        """
        contactCaps: [{offers: 3, per: P7D}]
        promotions: [{id: five, kind: percent-off, terms: {percent: 5}}]
        """;
    assertMadeAgain(seldom, new DualPrices("prices@1", Cast.NOON, Map.of(), 9_000), NOTHING);
  }

  private static void assertMadeAgain(String rules, DualPrices prices, String choice)
      throws Exception {
    LOG.write(prices);
    Decision made = decided("priced", rules, List.of(), prices, OpenLedger.INSTANCE);
    assertThat(made.pricesVersion()).isEqualTo(prices.version());
    assertThat(shadowed(rules, rules)).hasSize(2).allSatisfy(one -> assertSure(one, choice));
  }

  @Test
  void whatTheLedgerRefusedItRefusesAgainUnlessTheBudgetIsAnother() throws Exception {
    var spent = new TestLedger(Map.of(), Map.of("three", Refusal.BUDGET_SPENT));
    assertThat(decided("refused", OFFERS, List.of(), null, spent).promotionId()).isEqualTo("five");
    assertThat(shadowed(OFFERS, OFFERS)).hasSize(2).allSatisfy(one -> assertSure(one, "five"));
    String more = OFFERS.replace("100000", "900000");
    assertThat(shadowed(OFFERS, more))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.undecidable()).isTrue();
              assertThat(one.then()).isEmpty();
              assertThat(one.challenger()).isEmpty();
            });
  }

  @Test
  void fromTheLimitOfACutOrNewBudgetOnNothingIsSure() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertThat(decided("r" + i, OFFERS, List.of(), null, OpenLedger.INSTANCE).promotionId())
          .isEqualTo("three");
    }
    assertThat(shadowed(OFFERS, OFFERS)).hasSize(20).allSatisfy(one -> assertSure(one, "three"));
    assertThat(sure(OFFERS.replace("100000", "1000"))).isEqualTo(3);
    assertThat(sure(OFFERS.replace("100000", "100000, stock: 2"))).isEqualTo(2);
    String another = OFFERS.replace("three", "other");
    assertThat(sure(another)).isEqualTo(10);
    assertThat(sure(another.replace("100000", "1000"))).isEqualTo(3);
    assertThat(sure(another.replace("100000", "1000") + EXPERIMENT.replace("tea", "other")))
        .as("half of the shoppers get it: expected are 150 cents each")
        .isEqualTo(5);
  }

  private static long sure(String planned) {
    return shadowed(OFFERS, planned).stream().filter(one -> !one.undecidable()).count();
  }

  @Test
  void whatWasNotLeasedIsRefusedAgain() throws Exception {
    var dry = new TestLedger(Map.of(), Map.of("three", Refusal.NO_LEASE));
    assertThat(decided("dry", OFFERS, List.of(), null, dry).promotionId()).isEqualTo("five");
    assertThat(shadowed(OFFERS, OFFERS)).hasSize(2).allSatisfy(one -> assertSure(one, "five"));
  }

  @Test
  void whatMayRestOnLinesOfTheCartIsUndecidable() throws Exception {
    assertThat(decided("pot", TEA, POT, null, OpenLedger.INSTANCE).promotionId()).isEqualTo("tea");
    assertThat(decided("mug", TEA, MUG, null, OpenLedger.INSTANCE).promotionId())
        .isEqualTo("three");
    List<Shadowed> log = shadowed(TEA, TEA);
    assertThat(log).hasSize(4);
    for (Shadowed one : log) {
      if (one.choice().equals("tea")) {
        assertThat(one.undecidable()).as("tea was open").isTrue();
      } else {
        assertSure(one, "three"); // the log says that tea was closed
      }
    }
    assertThat(shadowed(TEA, TEA.replace("[tea]", "[mugs]")))
        .as("nobody knows whether mugs were there")
        .hasSize(2)
        .allMatch(Shadowed::undecidable);
  }

  @Test
  void whatAnotherVariantMayHaveGivenIsUndecidableToo() throws Exception {
    String live = TEA + EXPERIMENT;
    var inControl = new HashSet<String>();
    int tea = 0;
    for (int i = 0; i < 20; i++) {
      var shopper = "k1.s" + i;
      Decision one =
          new Decider(Cast.ASSUMED)
              .decideBriefly(
                  new DecisionRequest(
                      "r" + i, Trigger.VISIT, shopper, Cast.NOON, new Cart(10_000, MUG)),
                  null,
                  Map.of(),
                  rules(1, live),
                  Caps.NONE,
                  null);
      if (one.variant().equals("control")) {
        inControl.add(shopper);
      }
      tea += one.variant().equals("tea") ? 1 : 0;
      LOG.write(one);
    }
    assertThat(List.of(inControl.size(), tea)).allMatch(count -> count > 0);
    List<Shadowed> log = shadowed(live, live);
    assertThat(log).hasSize(40);
    for (Shadowed one : log) {
      if (inControl.contains(one.shopperId())) {
        assertThat(one.undecidable()).as("nobody looked whether tea was there").isTrue();
      } else {
        assertSure(one, NOTHING); // the log says that tea was closed
      }
    }
  }
}
