package io.promoflow.serving;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.ASSUMED;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.amount;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.limited;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.promotion;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.allocation.Sampled;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.OpenLedger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What a visit with an empty cart promises is used on the order that follows: one of 50 euros, of
 * which 20 are margin. With p = .1 and an assumed lift of .5, five percent gain 62.50 cents.
 */
class ExpectedOrderTest {
  private static final Promotion MISS_YOU =
      limited(
          promotion(
              "we-miss-you",
              PromotionKind.PERCENT_OFF,
              new Terms(15.0, null, null, 3_000L, null, null, null)));
  private static final RuleSet ALWAYS =
      rules(
          1,
          List.of(MISS_YOU),
          List.of(
              experiment("x", Trigger.VISIT, control(0), variant("miss-you", 1, "we-miss-you"))));

  private static Decision visit(Ledger ledger, RuleSet rules, String request, Cart cart) {
    return visit(new Decider(ASSUMED, ledger), rules, request, cart);
  }

  /** In both ways, which must agree. */
  private static Decision visit(Decider decider, RuleSet rules, String request, Cart cart) {
    var asked = new DecisionRequest(request, Trigger.VISIT, ADA, NOON, cart);
    Decision brief = decider.decideBriefly(asked, null, Map.of(), rules, Caps.NONE, null);
    Decision whole = decider.decide(asked, null, Map.of(), rules, Caps.NONE);
    assertThat(brief.promotionId()).isEqualTo(whole.promotionId());
    assertThat(brief.expectedCostCents()).isEqualTo(whole.expectedCostCents());
    for (Candidate one : brief.candidates()) {
      Candidate same = candidate(whole, one.promotionId());
      assertThat(one.score()).isEqualTo(same.score());
      assertThat(one.costCents()).isEqualTo(same.costCents());
    }
    return brief;
  }

  private static Decision visit(Promotion offer, Cart cart) {
    return visit(OpenLedger.INSTANCE, rules(1, List.of(offer), List.of()), "r", cart);
  }

  private static Candidate candidate(Decision decision, String promotion) {
    return decision.candidates().stream()
        .filter(one -> Objects.equals(one.promotionId(), promotion))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSpentBudgetPromisesNothingAtAVisitEither() {
    Decision decision =
        visit(new TestLedger(Map.of("we-miss-you", 0L), Map.of()), ALWAYS, "r", Cart.EMPTY);
    assertThat(decision.promotionId()).isNull();
    assertThat(candidate(decision, "we-miss-you").loss()).isEqualTo(Loss.BUDGET_SPENT);
  }

  @Test
  void whileTheBudgetLastsEachVisitTakesWhatItsOrderWillCost() {
    var ledger = new TestLedger(Map.of("we-miss-you", 2_000L), Map.of());
    assertThat(visit(ledger, ALWAYS, "r1", Cart.EMPTY).expectedCostCents()).isEqualTo(750);
    assertThat(visit(ledger, ALWAYS, "r2", Cart.EMPTY).promotionId()).isEqualTo("we-miss-you");
    assertThat(visit(ledger, ALWAYS, "r3", Cart.EMPTY).promotionId()).isNull();
    assertThat(ledger.granted.values()).extracting("costCents").containsExactly(750L, 750L);
  }

  @Test
  void pricesHearOfTheUse() {
    Decision decision = visit(OpenLedger.INSTANCE, ALWAYS, "r", Cart.EMPTY);
    assertThat(Sampled.given(decision).budgetCents()).isCloseTo(0.15 * 750, within(1e-6));
  }

  @Test
  void outsideExperimentsAVisitIsWorthWhatItsOrderBrings() {
    Decision decision = visit(percentOff("five", 5), Cart.EMPTY);
    assertThat(decision.promotionId()).isEqualTo("five");
    assertThat(decision.cartCents()).as("as it was told").isZero();
    // .15 * (2000 - 250) - .1 * 2000
    assertThat(candidate(decision, "five").gainCents()).isCloseTo(62.5, within(1e-9));
    assertThat(visit(percentOff("half", 50), Cart.EMPTY).promotionId()).isNull();
    Promotion gift = promotion("mug", PromotionKind.GIFT, amount(300, null));
    // .15 * (2000 - 300) - .1 * 2000
    assertThat(visit(gift, Cart.EMPTY).candidates().get(0).score()).isCloseTo(55, within(1e-9));
  }

  @Test
  void theTermsHoldOnTheExpectedOrderToo() {
    var terms = new Terms(15.0, null, null, 500L, null, null, null);
    Promotion capped = promotion("capped", PromotionKind.PERCENT_OFF, terms);
    assertThat(candidate(visit(capped, Cart.EMPTY), "capped").costCents()).isEqualTo(500);
    Promotion coupon = promotion("coupon", PromotionKind.COUPON, amount(9_000, null));
    assertThat(candidate(visit(coupon, Cart.EMPTY), "coupon").costCents())
        .as("never above the order")
        .isEqualTo(5_000);
  }

  @Test
  void aLeastSpendIsAskedOfTheCartAsItIs() {
    Promotion steps = promotion("save", PromotionKind.SPEND_X_SAVE_Y, amount(100, 1_000L));
    Decision decision = visit(steps, Cart.EMPTY);
    assertThat(decision.promotionId()).isNull();
    assertThat(decision.losses()).isEqualTo("" + Loss.BELOW_MINIMUM_SPEND.letter());
  }

  @Test
  void linesOfAValueThatNobodyToldAreAnOrderToo() {
    var line = new Cart.Line("a", "tea", 1, null, NOON);
    var free = new Cart.Line("b", "mugs", 1, 0L, NOON);
    Promotion tea =
        new Promotion(
            "tea",
            PromotionKind.PERCENT_OFF,
            Cast.percent(5),
            List.of(),
            List.of("tea"),
            List.of(),
            null,
            null,
            null,
            null,
            null,
            0,
            null);
    Decision untold = visit(tea, new Cart(0, List.of(line, free)));
    assertThat(candidate(untold, "tea").costCents()).isEqualTo(250);
    assertThat(visit(tea, Cart.EMPTY).candidates()).as("not covered").hasSize(1);
    assertThat(candidate(visit(tea, new Cart(1_000, List.of(line))), "tea").costCents())
        .as("a told value counts")
        .isEqualTo(50);
  }

  @Test
  void ordersAreAsTheSettingHasThem() {
    var small = new Decider(new Assumptions(0.5, 0.4, 1_000, 0.1, 5, 0, 0));
    RuleSet rules = rules(1, List.of(percentOff("five", 5)), List.of());
    assertThat(visit(small, rules, "r", Cart.EMPTY).expectedCostCents()).isEqualTo(50);
  }
}
