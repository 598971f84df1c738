package io.promoflow.serving;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.ASSUMED;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.asks;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.limited;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.DryLedger;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.Refusal;
import io.promoflow.serving.scoring.Scores;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With p = .1 and an assumed lift of .5, five percent gain 125 cents, ten percent gain 50. */
class DecidingUnderLimitsTest {
  private static final RuleSet OFFERS =
      rules(1, List.of(limited(percentOff("five", 5)), limited(percentOff("ten", 10))), List.of());

  private static Decision decide(Ledger ledger, RuleSet rules, DualPrices prices) {
    return new Decider(ASSUMED, ledger)
        .decide(
            asks("r1", Trigger.CART_ADD, ADA, 10_000), null, Map.of(), rules, Caps.NONE, prices);
  }

  private static TestLedger ledger(Map<String, Long> budgets) {
    return new TestLedger(budgets, Map.of());
  }

  private static Candidate candidate(Decision decision, String promotion) {
    return decision.candidates().stream()
        .filter(candidate -> promotion.equals(candidate.promotionId()))
        .findFirst()
        .orElseThrow();
  }

  private static Candidate nothing(Decision decision) {
    return decision.candidates().get(decision.candidates().size() - 1);
  }

  @Test
  void theChosenPromotionIsReserved() {
    TestLedger ledger = ledger(Map.of("five", 500L));
    Decision decision = decide(ledger, OFFERS, null);
    assertThat(decision.promotionId()).isEqualTo("five");
    assertThat(ledger.granted.get(decision.decisionId()).costCents()).isEqualTo(500);
  }

  @Test
  void whenTheBudgetIsSpentTheNextBestIsTriedAndTheLossSaysWhatWasMissing() {
    TestLedger ledger = ledger(Map.of("five", 499L));
    Decision decision = decide(ledger, OFFERS, null);
    assertThat(decision.promotionId()).isEqualTo("ten");
    assertThat(ledger.granted.get(decision.decisionId()).promotionId()).isEqualTo("ten");
    Candidate five = candidate(decision, "five");
    assertThat(five.loss()).isEqualTo(Loss.BUDGET_SPENT);
    assertThat(five.gainCents()).isCloseTo(125, within(1e-9));
    assertThat(five.costCents()).isEqualTo(500);
    assertThat(five.detail())
        .isEqualTo(
            "with 500 cents left in its budget it would have been in front:"
                + " it scores 125.00 cents, the choice 50.00");
  }

  @Test
  void whoeverIsFasterToTheLastCentGetsItAndTheOtherTheNextBest() {
    Decision decision = decide(ledger(Map.of()).losesTheRaceFor("five"), OFFERS, null);
    assertThat(decision.promotionId()).isEqualTo("ten");
    assertThat(candidate(decision, "five").loss()).isEqualTo(Loss.BUDGET_SPENT);
  }

  @Test
  void everyRefusalOfTheLedgerHasItsLoss() {
    assertThat(lossBy(Refusal.BUDGET_SPENT)).isEqualTo(Loss.BUDGET_SPENT);
    assertThat(lossBy(Refusal.OUT_OF_STOCK)).isEqualTo(Loss.OUT_OF_STOCK);
    assertThat(lossBy(Refusal.PACED)).isEqualTo(Loss.PACED);
    assertThat(lossBy(Refusal.NO_LEASE)).isEqualTo(Loss.NO_LEASE);
    assertThat(lossBy(Refusal.CAP_REACHED)).isEqualTo(Loss.CAP_REACHED);
  }

  @Test
  void theLedgerHearsWhatWouldHaveBeenInFrontWithMoreAtHand() {
    var first = new TestLedger(Map.of(), Map.of("five", Refusal.NO_LEASE));
    Decision decision = decide(first, OFFERS, null);
    assertThat(decision.promotionId()).isEqualTo("ten");
    assertThat(first.wanted).extracting(Claim::promotionId).containsExactly("five");
    assertThat(candidate(decision, "five").detail())
        .startsWith("with enough of its budget leased by the server it would have been in front");

    var second = new TestLedger(Map.of(), Map.of("ten", Refusal.NO_LEASE));
    assertThat(decide(second, OFFERS, null).promotionId()).isEqualTo("five");
    assertThat(second.wanted).as("beaten anyway").isEmpty();

    var dry = new TestLedger(Map.of(), Map.of("five", Refusal.NO_LEASE));
    decide(new DryLedger(dry), OFFERS, null);
    assertThat(dry.wanted).as("a dry run asks for nothing").isEmpty();
  }

  private static Loss lossBy(Refusal refusal) {
    var ledger = new TestLedger(Map.of(), Map.of("five", refusal));
    return candidate(decide(ledger, OFFERS, null), "five").loss();
  }

  @Test
  void aVariantWhosePromotionIsRefusedGivesNothing() {
    var always = experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "five"));
    RuleSet rules = rules(1, List.of(limited(percentOff("five", 5))), List.of(always));
    Decision decision = decide(ledger(Map.of("five", 0L)), rules, null);
    assertThat(decision.promotionId()).isNull();
    assertThat(decision.variant()).isEqualTo("give");
    assertThat(candidate(decision, "five").loss()).isEqualTo(Loss.BUDGET_SPENT);
  }

  @Test
  void theSameQuestionAgainIsPromisedOnce() {
    TestLedger ledger = ledger(Map.of("five", 500L));
    assertThat(decide(ledger, OFFERS, null)).isEqualTo(decide(ledger, OFFERS, null));
  }

  @Test
  void aDearBudgetGoesToThoseWhomItBringsMore() {
    // five uses .15 * 500 = 75 cents of its budget: at 1.2 each it takes 90 of its 125
    var dear = new DualPrices("p1", NOON, Map.of("five", new DualPrices.Price(1.2, 0)), 0);
    Decision decision = decide(ledger(Map.of()), OFFERS, dear);
    assertThat(decision.promotionId()).isEqualTo("ten");
    assertThat(decision.pricesVersion()).isEqualTo("p1");
    Candidate five = candidate(decision, "five");
    assertThat(five.priceCents()).isCloseTo(90, within(1e-9));
    assertThat(five.score()).isCloseTo(35, within(1e-9));
    assertThat(five.detail())
        .isEqualTo(
            "scores 35.00 cents, ten scores 50.00:"
                + " gains 125.00 cents, takes 90.00 from others; chosen if it took less than 75.00");
  }

  @Test
  void aDearContactOrUnitIsNotSpentOnSmallGains() {
    var prices = new DualPrices("p1", NOON, Map.of("five", new DualPrices.Price(0, 600)), 51);
    Decision decision = decide(ledger(Map.of()), OFFERS, prices);
    assertThat(decision.promotionId()).isNull(); // 125 - .15 * 600 - 51 and 50 - 51
    assertThat(candidate(decision, "ten").loss()).isEqualTo(Loss.NOT_WORTH_ITS_COST);
    assertThat(nothing(decision).loss()).isNull();
    assertThat(nothing(decision).score()).isZero();
  }

  @Test
  void givingNothingIsExplainedToo() {
    Candidate nothing = nothing(decide(ledger(Map.of()), OFFERS, null));
    assertThat(nothing.promotionId()).isNull();
    assertThat(nothing.loss()).isEqualTo(Loss.LOWER_SCORE);
    assertThat(nothing.detail()).isEqualTo("scores 0, five scores 125.00");
  }

  private static Decision decideKnowing(Map<String, Double> responses) {
    var scores = new Scores(null, 0.5, List.of(), Map.of(), responses);
    return new Decider(ASSUMED)
        .decide(asks("r1", Trigger.CART_ADD, ADA, 10_000), null, scores, OFFERS, Caps.NONE);
  }

  @Test
  void sureBuyersAreNotDiscounted() {
    Decision decision = decideKnowing(Map.of("none", 0.95, "percent-off", 0.97));
    assertThat(decision.promotionId()).isNull();
    assertThat(candidate(decision, "five").loss()).isEqualTo(Loss.NOT_WORTH_ITS_COST);
  }

  @Test
  void thePersuadableAreAndTheGainIsTheMeasuredOne() {
    Decision decision = decideKnowing(Map.of("none", 0.2, "percent-off", 0.6));
    assertThat(decision.promotionId()).isEqualTo("five");
    // (.6 - .2) * 4000 - .6 * 500
    assertThat(candidate(decision, "five").gainCents()).isCloseTo(1_300, within(1e-9));
    assertThat(candidate(decision, "five").use()).isEqualTo(0.6);
  }

  @Test
  void sleepingDogsAreLeftAlone() {
    assertThat(decideKnowing(Map.of("none", 0.4, "percent-off", 0.3)).promotionId()).isNull();
  }

  @Test
  void aKindThatNobodyMeasuredGoesByTheAssumedLift() {
    Decision decision = decideKnowing(Map.of("none", 0.9, "gift", 0.95));
    // .75 * (4000 - 500) - .5 * 4000
    assertThat(candidate(decision, "five").gainCents()).isCloseTo(625, within(1e-9));
  }
}
