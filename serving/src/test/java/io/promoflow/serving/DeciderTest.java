package io.promoflow.serving;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.ASSUMED;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.amount;
import static io.promoflow.serving.Cast.asks;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.promotion;
import static io.promoflow.serving.Cast.row;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeciderTest {
  private final Decider decider = new Decider(ASSUMED);
  private final FeatureRow loyal = row(ADA, NOON.minusSeconds(60), 4);

  private Decision decide(RuleSet rules) {
    return decider.decide(
        asks("r1", Trigger.CART_ADD, ADA, 10_000),
        loyal,
        Map.of("segments", Cast.segments(), "propensity", Cast.propensity()),
        rules,
        Caps.NONE);
  }

  private static Loss lossOf(Decision decision, String promotion) {
    return decision.candidates().stream()
        .filter(candidate -> candidate.promotionId().equals(promotion))
        .findFirst()
        .orElseThrow()
        .loss();
  }

  @Test
  void theDecisionCarriesWhatItRestsOn() {
    Decision decision = decide(rules(7, List.of(), List.of()));
    assertThat(decision.decisionId()).isEqualTo("d-82f9109c1c638f72a996c919");
    assertThat(decision.segment()).isEqualTo("s1");
    // log-odds = (4 - 2) * 1 + 1 * 3
    assertThat(decision.propensity()).isCloseTo(1 / (1 + Math.exp(-5)), within(1e-9));
    assertThat(decision.contributions())
        .containsExactly(
            new Decision.Contribution("city", 3), new Decision.Contribution("orders_7d", 2));
    assertThat(decision.ruleVersion()).isEqualTo(7);
    assertThat(decision.modelVersions())
        .isEqualTo(Map.of("segments", "segments@1", "propensity", "propensity@1"));
    assertThat(decision.featuresAsOf()).isEqualTo(loyal.asOf());
    assertThat(decision.promotionId()).isNull();
    assertThat(decision.probability()).isEqualTo(1);
  }

  @Test
  void outsideExperimentsTheBestProfitWinsAndTheRestSayWhyNot() {
    Decision decision =
        decider.decide(
            asks("r1", Trigger.CART_ADD, ADA, 10_000),
            null,
            Map.of(),
            rules(
                1,
                List.of(percentOff("five", 5), percentOff("ten", 10), percentOff("fifty", 50)),
                List.of()),
            Caps.NONE);
    // p = .1 assumed: .15 * (4000 - 500) - .1 * 4000
    assertThat(decision.promotionId()).isEqualTo("five");
    assertThat(decision.candidates().get(0).score()).isCloseTo(125, within(1e-9));
    assertThat(decision.expectedCostCents()).isEqualTo(500);
    assertThat(lossOf(decision, "ten")).isEqualTo(Loss.LOWER_SCORE);
    assertThat(lossOf(decision, "fifty")).isEqualTo(Loss.NOT_WORTH_ITS_COST);
  }

  @Test
  void outsideExperimentsNothingIsGivenThatIsNotWorthItsCost() {
    Decision decision = decide(rules(1, List.of(percentOff("half", 50)), List.of()));
    assertThat(decision.promotionId()).isNull();
    assertThat(decision.expectedCostCents()).isZero();
    assertThat(lossOf(decision, "half")).isEqualTo(Loss.NOT_WORTH_ITS_COST);
  }

  @Test
  void aVariantGivesItsPromotionWhateverTheScore() {
    var always = experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "half"));
    Decision decision =
        decide(rules(1, List.of(percentOff("half", 50), percentOff("five", 5)), List.of(always)));
    assertThat(decision.promotionId()).isEqualTo("half");
    assertThat(decision.variant()).isEqualTo("give");
    assertThat(decision.experimentId()).isEqualTo("x");
    assertThat(lossOf(decision, "five")).isEqualTo(Loss.NOT_IN_VARIANT);
    assertThat(lossOf(decision, "half")).isNull();
  }

  @Test
  void theLoggedProbabilityIsTheWeightThatHoldsInTheSegment() {
    var split =
        new Experiment(
            "x",
            "x-1",
            Trigger.CART_ADD,
            List.of(control(0.5), variant("give", 0.5, "five")),
            List.of(new Experiment.SegmentWeights("s1", Map.of("control", 0.0, "give", 1.0))),
            List.of("s1"),
            true,
            null,
            null,
            "profit",
            List.of(),
            0,
            null,
            Experiment.Status.RUNNING);
    RuleSet rules = rules(1, List.of(percentOff("five", 5)), List.of(split));
    assertThat(decide(rules).variant()).isEqualTo("give");
    assertThat(decide(rules).probability()).isEqualTo(1.0);
    Decision stranger =
        decider.decide(asks("r2", Trigger.CART_ADD, ADA, 10_000), null, Map.of(), rules, Caps.NONE);
    assertThat(stranger.experimentId()).isNull();
  }

  @Test
  void aPausedExperimentGivesEveryoneTheControlAndNamesNoVariant() {
    Experiment paused =
        with(
            experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "five")),
            Experiment.Status.PAUSED,
            0);
    Decision decision = decide(rules(1, List.of(percentOff("five", 5)), List.of(paused)));
    assertThat(decision.promotionId()).isNull();
    assertThat(decision.variant()).isNull();
    assertThat(lossOf(decision, "five")).isEqualTo(Loss.PAUSED);
  }

  @Test
  void theHeldOutGetNothing() {
    Experiment heldOut =
        with(
            experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "five")),
            Experiment.Status.RUNNING,
            1);
    Decision decision = decide(rules(1, List.of(percentOff("five", 5)), List.of(heldOut)));
    assertThat(decision.promotionId()).isNull();
    assertThat(decision.experimentId()).isNull();
    assertThat(lossOf(decision, "five")).isEqualTo(Loss.HOLDOUT);
  }

  @Test
  void whoIsHeldOutOfEverythingIsNamedAsTheControlOfTheLoop() {
    RuleSet plain =
        rules(
            1,
            List.of(percentOff("five", 5)),
            List.of(experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "five"))));
    Decision decision = decide(holding(plain, 1));
    assertThat(decision.promotionId()).isNull();
    assertThat(decision.experimentId()).isEqualTo(LoopHoldout.ID);
    assertThat(decision.variant()).isEqualTo(LoopHoldout.HELD_OUT);
    assertThat(decision.probability()).isEqualTo(1);
    assertThat(lossOf(decision, "five")).isEqualTo(Loss.HOLDOUT);
    assertThat(decision.triggered()).isNull();
  }

  @Test
  void whoIsHeldOutOfEverythingIsDecidedBrieflyToo() {
    RuleSet plain = rules(1, List.of(percentOff("five", 5)), List.of());
    Decision decision =
        decider.decideBriefly(
            asks("r1", Trigger.CART_ADD, ADA, 10_000),
            loyal,
            Map.of(),
            holding(plain, 1),
            Caps.NONE,
            null);
    assertThat(decision.promotionId()).isNull();
    assertThat(decision.experimentId()).isEqualTo(LoopHoldout.ID);
    assertThat(decision.variant()).isEqualTo(LoopHoldout.HELD_OUT);
    assertThat(decision.losses()).isEqualTo(String.valueOf(Loss.HOLDOUT.letter()));
    assertThat(decision.triggered()).isNull();
  }

  @Test
  void whereTheLoopIsMeasuredTheServerHoldsNobodyOutOnItsOwn() {
    RuleSet plain = rules(1, List.of(percentOff("five", 5)), List.of());
    var server = new Decider(new Assumptions(0.2, 0.4, 0.1, 5, 0, 1));
    var request = asks("r1", Trigger.CART_ADD, ADA, 10_000);
    assertThat(briefly(server, request, plain).promotionId()).isNull();
    assertThat(briefly(server, request, holding(plain, 1e-9)).promotionId()).isEqualTo("five");
  }

  private Decision briefly(Decider server, DecisionRequest request, RuleSet rules) {
    return server.decideBriefly(request, loyal, Map.of(), rules, Caps.NONE, null);
  }

  @Test
  void everyConstraintIsNamedWithItsValue() {
    var poor = new Condition("orders_7d", Condition.Operator.LT, 3.0, null);
    Instant over = NOON.minusSeconds(1);
    Promotion past =
        new Promotion(
            "past",
            PromotionKind.PERCENT_OFF,
            percent(5),
            List.of(),
            List.of(),
            List.of(),
            null,
            over,
            null,
            null,
            null,
            0,
            null);
    List<Promotion> promotions =
        List.of(
            past,
            promotion("poor", PromotionKind.PERCENT_OFF, percent(5), List.of(poor), null),
            promotion("big", PromotionKind.SPEND_X_SAVE_Y, amount(500, 20_000L)),
            promotion("used", PromotionKind.PERCENT_OFF, percent(5), List.of(), 2));
    Decision decision =
        decider.decide(
            asks("r1", Trigger.CART_ADD, ADA, 10_000),
            loyal,
            Map.of(),
            rules(1, promotions, List.of()),
            new RememberedOffers(Map.of("used", 2), Map.of()));
    assertThat(decision.candidates())
        .extracting(Candidate::loss)
        .containsExactly(
            Loss.OUTSIDE_PERIOD,
            Loss.NOT_ELIGIBLE,
            Loss.BELOW_MINIMUM_SPEND,
            Loss.CAP_REACHED,
            null); // giving nothing
    assertThat(decision.candidates())
        .extracting(Candidate::detail)
        .containsExactly(
            "2026-01-05T12:00:00Z is not from null until 2026-01-05T11:59:59Z",
            "orders_7d is 4.0, must be LT 3.0",
            "covered cart value is 10000 cents, must be at least 20000",
            "offered 2 times, cap is 2",
            null);
  }

  @Test
  void aConditionOnSomethingUnknownNeverHolds() {
    for (var operator : Condition.Operator.values()) {
      boolean set = operator == Condition.Operator.IN || operator == Condition.Operator.NOT_IN;
      var condition =
          new Condition("unheard_of", operator, set ? null : 0.0, set ? List.of("a") : null);
      Promotion asked =
          promotion("p", PromotionKind.PERCENT_OFF, percent(1), List.of(condition), null);
      assertThat(lossOf(decide(rules(1, List.of(asked), List.of())), "p"))
          .isEqualTo(Loss.NOT_ELIGIBLE);
    }
  }

  private static RuleSet holding(RuleSet old, double share) {
    return new RuleSet(
        1, "ada", "", NOON, null, old.promotions(), old.experiments(), null, null, share);
  }

  private static Experiment with(Experiment old, Experiment.Status status, double holdout) {
    return new Experiment(
        old.id(),
        old.salt(),
        old.trigger(),
        old.variants(),
        old.segmentWeights(),
        old.segments(),
        old.segmentRequired(),
        old.from(),
        old.until(),
        old.primaryMetric(),
        old.guardrails(),
        holdout,
        old.policy(),
        status);
  }

  /** Whether the same cart is triggered where everybody is in that variant. */
  private Boolean triggered(String everybody, long cart, Caps caps) {
    Promotion tenOff = promotion("ten", PromotionKind.COUPON, amount(500, 5_000L), List.of(), 1);
    Experiment tea =
        experiment(
            "tea",
            Trigger.CART_ADD,
            control("control".equals(everybody) ? 1 : 0),
            variant("ten-off", "ten-off".equals(everybody) ? 1 : 0, "ten"));
    var request = asks("r1", Trigger.CART_ADD, ADA, cart);
    var rules = rules(1, List.of(tenOff), List.of(tea));
    Decision decision = decider.decideBriefly(request, null, Map.of(), rules, caps, null);
    assertThat(decision.variant()).isEqualTo(everybody);
    return decision.triggered();
  }

  @Test
  void whetherTheVariantsCanDifferDoesNotDependOnTheVariant() {
    for (String everybody : List.of("control", "ten-off")) {
      assertThat(triggered(everybody, 6_000, Caps.NONE)).isTrue();
      assertThat(triggered(everybody, 4_000, Caps.NONE)).as("below the least spend").isFalse();
    }
  }

  @Test
  void aCapThatTheTreatmentItselfReachedLeavesTheShopperTriggered() {
    var offered = new RememberedOffers(Map.of("ten", 1), Map.of());
    assertThat(triggered("control", 6_000, offered)).isTrue();
    assertThat(triggered("ten-off", 6_000, offered)).isTrue();
  }

  @Test
  void outsideExperimentsNothingIsTriggered() {
    assertThat(decide(rules(7, List.of(), List.of())).triggered()).isNull();
  }
}
