package io.promoflow.serving;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.ASSUMED;
import static io.promoflow.serving.Cast.asks;
import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.DryLedger;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What is sold out or spent leaves its place in its stacking group to the next. With p = .1 and an
 * assumed lift of .5, n percent of 100 euros gain 200 - 15 n cents.
 */
class GroupsUnderLimitsTest {
  private static final Promotion FLASH = of("flash", 8, 60, "order", true);
  private static final Promotion STEPS = of("steps", 5, 50, "order", true);
  private static final Promotion LAST = of("last", 10, 40, "order", false);

  private static Promotion of(
      String id, double percent, int priority, String group, boolean limited) {
    return new Promotion(
        id,
        PromotionKind.PERCENT_OFF,
        percent(percent),
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        null,
        limited ? 200L : null,
        null,
        priority,
        group);
  }

  private static TestLedger ledger(Map<String, Refusal> refusals) {
    return new TestLedger(Map.of(), refusals);
  }

  /** In words; that the brief way says the same is looked at on the way. */
  private static Decision decide(TestLedger ledger, TestLedger same, RuleSet rules) {
    Decision whole = whole(ledger, rules);
    Decision brief = brief(same, rules);
    assertThat(brief.promotionId()).isEqualTo(whole.promotionId());
    assertThat(same.granted).isEqualTo(ledger.granted);
    assertThat(new Explanation(brief, rules, null).candidates()).isEqualTo(whole.candidates());
    return whole;
  }

  private static Decision decide(Map<String, Refusal> refusals, RuleSet rules) {
    return decide(ledger(refusals), ledger(refusals), rules);
  }

  private static Decision whole(Ledger ledger, RuleSet rules) {
    return new Decider(ASSUMED, ledger)
        .decide(asks("r1", Trigger.CART_ADD, ADA, 10_000), null, Map.of(), rules, Caps.NONE);
  }

  private static Decision brief(Ledger ledger, RuleSet rules) {
    return new Decider(ASSUMED, ledger)
        .decideBriefly(
            asks("r1", Trigger.CART_ADD, ADA, 10_000), null, Map.of(), rules, Caps.NONE, null);
  }

  private static RuleSet of(Promotion... promotions) {
    return rules(1, List.of(promotions), List.of());
  }

  private static Candidate candidate(Decision decision, String promotion) {
    return decision.candidates().stream()
        .filter(candidate -> promotion.equals(candidate.promotionId()))
        .findFirst()
        .orElseThrow();
  }

  private static String detail(Decision decision, String promotion) {
    return candidate(decision, promotion).detail();
  }

  private static List<Loss> losses(Decision decision) {
    return decision.candidates().stream().map(Candidate::loss).toList();
  }

  @Test
  void whatIsSoldOutLeavesItsPlaceToTheNext() {
    Decision decision = decide(Map.of("flash", Refusal.OUT_OF_STOCK), of(LAST, STEPS, FLASH));
    assertThat(decision.promotionId()).isEqualTo("steps");
    assertThat(losses(decision))
        .containsExactly(Loss.EXCLUDED_IN_GROUP, null, Loss.OUT_OF_STOCK, Loss.LOWER_SCORE);
    assertThat(detail(decision, "last")).isEqualTo("steps goes first in group order");
    Decision brief = brief(ledger(Map.of("flash", Refusal.OUT_OF_STOCK)), of(LAST, STEPS, FLASH));
    assertThat(brief.losses()).isEqualTo("G..");
    assertThat(brief.candidates())
        .extracting(Candidate::promotionId)
        .containsExactly("steps", "flash", null);
  }

  @Test
  void soGoesEveryRefusalAndWhoeverComesNext() {
    for (Refusal one : List.of(Refusal.BUDGET_SPENT, Refusal.PACED, Refusal.NO_LEASE)) {
      Decision decision =
          decide(Map.of("flash", one, "steps", Refusal.OUT_OF_STOCK), of(FLASH, STEPS, LAST));
      assertThat(decision.promotionId()).isEqualTo("last");
      assertThat(losses(decision))
          .containsExactly(Loss.valueOf(one.name()), Loss.OUT_OF_STOCK, null, Loss.LOWER_SCORE);
    }
  }

  @Test
  void whoeverIsThereGoesFirstAsEver() {
    Decision decision = decide(Map.of("steps", Refusal.OUT_OF_STOCK), of(FLASH, STEPS, LAST));
    assertThat(decision.promotionId()).isEqualTo("flash");
    assertThat(detail(decision, "steps")).isEqualTo("flash goes first in group order");
    assertThat(detail(decision, "last")).isEqualTo("flash goes first in group order");
  }

  @Test
  void whoLosesTheRaceForTheLastUnitLeavesItsPlaceToo() {
    Decision decision =
        decide(
            ledger(Map.of()).losesTheRaceFor("flash"),
            ledger(Map.of()).losesTheRaceFor("flash"),
            of(FLASH, STEPS, LAST));
    assertThat(decision.promotionId()).isEqualTo("steps");
    assertThat(candidate(decision, "flash").loss()).isEqualTo(Loss.BUDGET_SPENT);
    assertThat(detail(decision, "last")).isEqualTo("steps goes first in group order");
  }

  @Test
  void whenAllAreRefusedTheGroupGivesNothing() {
    Decision decision =
        decide(
            Map.of("flash", Refusal.OUT_OF_STOCK, "steps", Refusal.OUT_OF_STOCK), of(FLASH, STEPS));
    assertThat(decision.promotionId()).isNull();
    assertThat(losses(decision)).containsExactly(Loss.OUT_OF_STOCK, Loss.OUT_OF_STOCK, null);
  }

  @Test
  void aDryRunSaysTheSameAndTakesNothing() {
    TestLedger ledger = ledger(Map.of("flash", Refusal.OUT_OF_STOCK));
    RuleSet rules = of(FLASH, STEPS, LAST);
    assertThat(whole(new DryLedger(ledger), rules).promotionId()).isEqualTo("steps");
    assertThat(brief(new DryLedger(ledger), rules).promotionId()).isEqualTo("steps");
    assertThat(ledger.granted).isEmpty();
  }

  @Test
  void whatWouldHaveGoneFirstIsComparedWithWhatItDoesNotExclude() {
    Promotion alone = of("alone", 7, 0, null, false);
    Decision decision =
        decide(Map.of("flash", Refusal.OUT_OF_STOCK), of(FLASH, STEPS, LAST, alone));
    assertThat(decision.promotionId()).isEqualTo("steps");
    assertThat(detail(decision, "flash"))
        .isEqualTo(
            "with a unit of it left it would not have been in front either:"
                + " it scores 80.00 cents, what is not of its group 95.00");
    Decision without = decide(Map.of("flash", Refusal.OUT_OF_STOCK), of(FLASH, STEPS, LAST));
    assertThat(detail(without, "flash"))
        .isEqualTo(
            "with a unit of it left it would have been in front:"
                + " it scores 80.00 cents, what is not of its group 0.00");
  }

  @Test
  void theLedgerHearsOfTheFirstAndOfTheNextWhereTheFirstMayNeverBeThereAgain() {
    RuleSet rules = of(FLASH, STEPS, LAST);
    assertThat(wanted(rules, Refusal.NO_LEASE, Refusal.NO_LEASE)).containsExactly("flash");
    assertThat(wanted(rules, Refusal.OUT_OF_STOCK, Refusal.NO_LEASE))
        .containsExactly("flash", "steps");
    assertThat(wanted(rules, Refusal.PACED, Refusal.NO_LEASE)).containsExactly("flash", "steps");
  }

  private static List<String> wanted(RuleSet rules, Refusal flash, Refusal steps) {
    TestLedger ledger = ledger(Map.of("flash", flash, "steps", steps));
    whole(ledger, rules);
    return ledger.wanted.stream().map(Claim::promotionId).toList();
  }

  @Test
  void aVariantGivesTheNextOfThoseThatItHas() {
    Experiment always =
        experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "flash", "last"));
    RuleSet rules = rules(1, List.of(FLASH, STEPS, LAST), List.of(always));
    Decision decision = decide(Map.of("flash", Refusal.OUT_OF_STOCK), rules);
    assertThat(decision.promotionId()).isEqualTo("last");
    assertThat(losses(decision))
        .containsExactly(Loss.OUT_OF_STOCK, Loss.NOT_IN_VARIANT, null, Loss.NOT_IN_VARIANT);
    assertThat(detail(decision, "flash"))
        .isEqualTo(
            "with a unit of it left it would have been given: what an experiment lays down is given"
                + " whatever it scores, here 80.00 cents");
  }

  @Test
  void whatAVariantLaysDownWouldHaveBeenGivenAtALoss() {
    Promotion fifty = Cast.limited(percentOff("fifty", 50));
    Experiment always = experiment("x", Trigger.CART_ADD, control(0), variant("give", 1, "fifty"));
    RuleSet rules = rules(1, List.of(fifty), List.of(always));
    Decision decision = decide(Map.of("fifty", Refusal.BUDGET_SPENT), rules);
    assertThat(decision.promotionId()).isNull();
    String atALoss =
        "with 5000 cents left in its budget it would have been given: what an experiment lays down"
            + " is given whatever it scores, here -550.00 cents";
    assertThat(detail(decision, "fifty")).isEqualTo(atALoss);

    RuleSet paused = rules(1, List.of(fifty), List.of(paused("fifty")));
    assertThat(detail(decide(Map.of("fifty", Refusal.BUDGET_SPENT), paused), "fifty"))
        .as("no experiment is named, and no letter tells that one is paused")
        .isEqualTo(atALoss);

    RuleSet free = rules(1, List.of(fifty), List.of());
    assertThat(detail(decide(Map.of("fifty", Refusal.BUDGET_SPENT), free), "fifty"))
        .endsWith(
            "it would not have been in front either: it scores -550.00 cents, the choice 0.00");
  }

  private static Experiment paused(String... control) {
    Experiment running =
        experiment(
            "x",
            Trigger.CART_ADD,
            new Experiment.Variant("control", true, 1, List.of(control)),
            variant("other", 0));
    return new Experiment(
        running.id(),
        running.salt(),
        running.trigger(),
        running.variants(),
        running.segmentWeights(),
        running.segments(),
        running.segmentRequired(),
        running.from(),
        running.until(),
        running.primaryMetric(),
        running.guardrails(),
        running.holdoutShare(),
        running.policy(),
        Experiment.Status.PAUSED);
  }

  @Test
  void aPausedExperimentGivesTheNextOfItsControl() {
    RuleSet rules = rules(1, List.of(FLASH, STEPS, LAST), List.of(paused("flash", "last")));
    Map<String, Refusal> refusals = Map.of("flash", Refusal.OUT_OF_STOCK);
    assertThat(whole(ledger(refusals), rules).promotionId()).isEqualTo("last");
    Decision brief = brief(ledger(refusals), rules);
    assertThat(brief.promotionId()).isEqualTo("last");
    assertThat(brief.losses()).isEqualTo(".P.");
    List<Candidate> words = new Explanation(brief, rules, null).candidates();
    assertThat(words.get(3).detail()).as("of giving nothing").contains("is paused");
  }
}
