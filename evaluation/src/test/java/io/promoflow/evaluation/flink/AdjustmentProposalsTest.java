package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEA_TEST;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.teaTest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.Standing;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import io.promoflow.ingestion.schema.Experiment.Mode;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ticks of one hour from noon; the evidence says that ten-off is better. */
class AdjustmentProposalsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final AdjustmentPolicy POLICY = new AdjustmentPolicy(0.1, 0.2, 50, false, 0.05);

  private KeyedTwoInputStreamOperatorTestHarness<
          String, CellDelta, ExperimentNews, StrategyAdjustment>
      harness;

  @BeforeEach
  void open() throws Exception {
    harness = started(null);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static KeyedTwoInputStreamOperatorTestHarness<
          String, CellDelta, ExperimentNews, StrategyAdjustment>
      started(OperatorSubtaskState state) throws Exception {
    var clock = Clock.fixed(NOON.plusSeconds(1), ZoneOffset.UTC);
    var harness =
        new KeyedTwoInputStreamOperatorTestHarness<
            String, CellDelta, ExperimentNews, StrategyAdjustment>(
            new KeyedCoProcessOperator<>(new AdjustmentProposals(ShopperHarness.OPTIONS, clock)),
            delta -> delta.key().experimentId(),
            ExperimentNews::experimentId,
            Types.STRING);
    if (state == null) {
      harness.open();
    } else {
      harness.initializeState(state);
      harness.open();
    }
    return harness;
  }

  private static CellSums profits(int units, long mean) {
    MetricSums sums = MetricSums.ZERO;
    for (int i = 0; i < units; i++) {
      sums = sums.plus(MetricSums.of(mean + (i % 2 == 0 ? 100 : -100), 0));
    }
    return CellSums.of(units, 0, Map.of(Shipped.PROFIT, sums));
  }

  private void counted(Instant tick, String variant, CellSums sums) throws Exception {
    var key = new CellKey(TEA_TEST, variant, "s1", 1, tick.toEpochMilli(), Standing.PLAIN);
    var seen = tick.plusSeconds(5).toEpochMilli();
    harness.processElement1(
        new CellDelta(key, sums, tick.toEpochMilli(), tick.toEpochMilli(), seen), 0);
  }

  /** Evidence that is clear at that tick, and some more at every hour after it. */
  private void clearEvidence(Instant tick) throws Exception {
    counted(tick, CONTROL, profits(500, 100));
    counted(tick, TEN_OFF, profits(500, 160));
  }

  private void rules(long version, double controlWeight) throws Exception {
    Experiment experiment = teaTest(controlWeight, List.of(), POLICY, List.of());
    harness.processElement2(new ExperimentNews(TEA_TEST, version, experiment, null, null), 0);
  }

  private void answered(StrategyAdjustment proposal, Status status, Long ruleVersion)
      throws Exception {
    harness.processElement2(
        ExperimentNews.of(
            new StrategyAdjustment(
                proposal.id(),
                proposal.experimentId(),
                proposal.segment(),
                proposal.change(),
                proposal.from(),
                proposal.to(),
                proposal.evidence(),
                proposal.policy(),
                status,
                proposal.at(),
                "bob",
                NOON,
                null,
                ruleVersion,
                null)),
        0);
  }

  private void timeIs(Instant at) throws Exception {
    harness.processBothWatermarks(new Watermark(at.toEpochMilli()));
  }

  private List<StrategyAdjustment> proposals() {
    return harness.extractOutputValues();
  }

  private List<TickReturn> returns() {
    return harness.getSideOutput(AdjustmentProposals.RETURNS).stream()
        .map(StreamRecord::getValue)
        .toList();
  }

  @Test
  void clearEvidenceIsProposedAtItsTickAndNotBefore() throws Exception {
    rules(1, 0.5);
    clearEvidence(NOON);
    timeIs(NOON.minusMillis(1));
    assertThat(proposals()).isEmpty();
    timeIs(NOON);

    assertThat(proposals()).hasSize(1);
    StrategyAdjustment proposal = proposals().get(0);
    assertThat(proposal.at()).isEqualTo(NOON);
    assertThat(proposal.status()).isEqualTo(Status.PROPOSED);
    assertThat(proposal.to()).containsEntry(TEN_OFF, 0.7);
    assertThat(proposal.outcomeSeenAt()).isEqualTo(NOON.plusSeconds(5));
    assertThat(proposal.evidence().units()).isEqualTo(500);
  }

  @Test
  void whatALaterTickKnowsIsNotUsed() throws Exception {
    rules(1, 0.5);
    counted(NOON, CONTROL, profits(500, 100));
    counted(NOON, TEN_OFF, profits(500, 100));
    counted(NOON.plus(HOUR), TEN_OFF, profits(500, 900));
    timeIs(NOON);
    assertThat(proposals()).isEmpty();
    timeIs(NOON.plus(HOUR));
    assertThat(proposals()).hasSize(1);
  }

  @Test
  void unansweredProposalIsNotRepeated() throws Exception {
    rules(1, 0.5);
    clearEvidence(NOON);
    timeIs(NOON);
    clearEvidence(NOON.plus(HOUR));
    timeIs(NOON.plus(HOUR));

    assertThat(proposals()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"PROPOSE, 2", "APPROVE, 2", "APPLY, 1"})
  void whatAPersonDoesNotAnswerExpiresAndIsMadeAgainOnNewerEvidence(Mode mode, int proposed)
      throws Exception {
    var policy = new AdjustmentPolicy(0.1, 0.2, 50, false, 0.05, mode, List.of());
    Experiment experiment = teaTest(0.5, List.of(), policy, List.of());
    harness.processElement2(new ExperimentNews(TEA_TEST, 1, experiment, null, null), 0);
    clearEvidence(NOON);
    timeIs(NOON);
    for (int hours : List.of(23, 24)) {
      Instant later = NOON.plus(HOUR.multipliedBy(hours));
      clearEvidence(later);
      timeIs(later);
      assertThat(proposals()).as("after %d hours", hours).hasSize(hours < 24 ? 1 : proposed);
    }
    if (proposed > 1) {
      assertThat(proposals().get(1).at()).isEqualTo(NOON.plus(HOUR.multipliedBy(24)));
      assertThat(proposals().get(1).evidence().units()).isEqualTo(1_500);
    }
  }

  /** Shoppers of whom so many in a hundred convert. */
  private static CellSums conversions(int units, int percent, long mean) {
    MetricSums profits = MetricSums.ZERO;
    MetricSums conversions = MetricSums.ZERO;
    for (int i = 0; i < units; i++) {
      profits = profits.plus(MetricSums.of(mean + (i % 2 == 0 ? 100 : -100), 0));
      conversions = conversions.plus(MetricSums.of(i % 100 < percent ? 1 : 0, 0));
    }
    return CellSums.of(units, 0, Map.of(Shipped.PROFIT, profits, Shipped.CONVERSION, conversions));
  }

  private void guarded(long version, double controlWeight) throws Exception {
    var guardrails = List.of(new Experiment.Guardrail("conversion", 0.1));
    Experiment experiment = teaTest(controlWeight, List.of(), POLICY, guardrails);
    harness.processElement2(new ExperimentNews(TEA_TEST, version, experiment, null, null), 0);
  }

  /** More profit and, from the second hour on, surely fewer conversions. */
  private void aGuardrailBreaksAfterAProposal() throws Exception {
    guarded(1, 0.5);
    counted(NOON, CONTROL, conversions(500, 50, 100));
    counted(NOON, TEN_OFF, conversions(500, 50, 160));
    timeIs(NOON);
    assertThat(proposals()).extracting(one -> one.change()).containsExactly(Change.SHIFT_WEIGHTS);
    counted(NOON.plus(HOUR), CONTROL, conversions(5_000, 50, 100));
    counted(NOON.plus(HOUR), TEN_OFF, conversions(5_000, 20, 160));
  }

  @Test
  void aPauseDoesNotWaitForAnOpenProposalOfWeights() throws Exception {
    aGuardrailBreaksAfterAProposal();
    timeIs(NOON.plus(HOUR));
    assertThat(proposals()).hasSize(2);
    assertThat(proposals().get(1).change()).isEqualTo(Change.PAUSE);
    assertThat(proposals().get(1).evidence().metric()).isEqualTo("conversion");
  }

  @Test
  void aPauseDoesNotWaitBecauseAPersonUndidAChangeOfWeights() throws Exception {
    aGuardrailBreaksAfterAProposal();
    answered(proposals().get(0), Status.APPLIED, 2L);
    answered(proposals().get(0), Status.REVERTED, 3L);
    timeIs(NOON.plus(HOUR));
    assertThat(proposals()).hasSize(2);
    assertThat(proposals().get(1).change()).isEqualTo(Change.PAUSE);
  }

  @Test
  void aPersonWhoResumedAnExperimentIsHeededUntilAnotherGuardBreaks() throws Exception {
    aGuardrailBreaksAfterAProposal();
    timeIs(NOON.plus(HOUR));
    answered(proposals().get(1), Status.APPLIED, 2L);
    answered(proposals().get(1), Status.REVERTED, 3L);
    guarded(3, 0.5);
    Instant twoHours = NOON.plus(HOUR.multipliedBy(2));
    counted(twoHours, CONTROL, conversions(500, 50, 100));
    counted(twoHours, TEN_OFF, conversions(500, 20, 160));
    timeIs(twoHours);
    assertThat(proposals()).as("the same guardrail").hasSize(2);

    Instant threeHours = NOON.plus(HOUR.multipliedBy(3));
    counted(threeHours, TEN_OFF, conversions(2_000, 50, 160));
    timeIs(threeHours);
    assertThat(proposals()).hasSize(3);
    assertThat(proposals().get(2).change()).isEqualTo(Change.PAUSE);
    assertThat(proposals().get(2).evidence().metric()).isEqualTo("sample_ratio");

    answered(proposals().get(2), Status.APPLIED, 4L);
    answered(proposals().get(2), Status.REVERTED, 5L);
    var more =
        List.of(
            new Experiment.Guardrail("conversion", 0.1), new Experiment.Guardrail("profit", 0.1));
    Experiment resumed = teaTest(0.5, List.of(), POLICY, more);
    harness.processElement2(new ExperimentNews(TEA_TEST, 5, resumed, null, null), 0);
    Instant fourHours = NOON.plus(HOUR.multipliedBy(4));
    counted(fourHours, TEN_OFF, conversions(1_000, 50, -2_000));
    timeIs(fourHours);
    assertThat(proposals()).as("a guardrail behind those that were set aside").hasSize(4);
    assertThat(proposals().get(3).evidence().metric()).isEqualTo("profit");
  }

  @Test
  void appliedProposalIsFollowedByTheNextStepOnceTheRulesAreSeen() throws Exception {
    rules(1, 0.5);
    clearEvidence(NOON);
    timeIs(NOON);
    answered(proposals().get(0), Status.APPLIED, 2L);
    clearEvidence(NOON.plus(HOUR));
    timeIs(NOON.plus(HOUR));
    assertThat(proposals()).as("rules of version 2 were not seen yet").hasSize(1);

    rules(2, 0.3);
    clearEvidence(NOON.plus(HOUR.multipliedBy(2)));
    timeIs(NOON.plus(HOUR.multipliedBy(2)));
    assertThat(proposals()).hasSize(2);
    assertThat(proposals().get(1).from()).containsEntry(CONTROL, 0.3);
    assertThat(proposals().get(1).to()).containsEntry(CONTROL, 0.1);
  }

  @Test
  void refusedProposalMayBeMadeAgainAtTheNextTick() throws Exception {
    rules(1, 0.5);
    clearEvidence(NOON);
    timeIs(NOON);
    answered(proposals().get(0), Status.REFUSED, null);
    clearEvidence(NOON.plus(HOUR));
    timeIs(NOON.plus(HOUR));

    assertThat(proposals()).hasSize(2);
    assertThat(proposals().get(1).id()).isNotEqualTo(proposals().get(0).id());
  }

  @Test
  void whatAPersonRevertedIsLeftAloneForTheCoolDown() throws Exception {
    rules(1, 0.5);
    clearEvidence(NOON);
    timeIs(NOON);
    answered(proposals().get(0), Status.APPLIED, 2L);
    answered(proposals().get(0), Status.REVERTED, 3L);
    rules(3, 0.5);
    Instant sixDays = NOON.plus(Duration.ofDays(6));
    clearEvidence(sixDays);
    timeIs(sixDays);
    assertThat(proposals()).hasSize(1);

    Instant sevenDays = NOON.plus(Duration.ofDays(7));
    clearEvidence(sevenDays);
    timeIs(sevenDays);
    assertThat(proposals()).hasSize(2);
  }

  @Test
  void anAppliedChangeCoolsDownAsLongAsTheRulesSay() throws Exception {
    var slowly =
        new AdjustmentPolicy(
            0.1, 0.2, 50, false, 0.05, null, List.of(), HOUR.multipliedBy(3).toMillis());
    harness.processElement2(
        new ExperimentNews(TEA_TEST, 1, teaTest(0.5, List.of(), slowly, List.of()), null, null), 0);
    clearEvidence(NOON);
    timeIs(NOON);
    answered(proposals().get(0), Status.APPLIED, 2L);
    harness.processElement2(
        new ExperimentNews(TEA_TEST, 2, teaTest(0.3, List.of(), slowly, List.of()), null, null), 0);
    clearEvidence(NOON.plus(HOUR.multipliedBy(2)));
    timeIs(NOON.plus(HOUR.multipliedBy(2)));
    assertThat(proposals()).hasSize(1);
    clearEvidence(NOON.plus(HOUR.multipliedBy(3)));
    timeIs(NOON.plus(HOUR.multipliedBy(3)));
    assertThat(proposals()).hasSize(2);
    assertThat(proposals().get(1).policyVersion()).isEqualTo("1");
  }

  @Test
  void whatItMeasuresOfAPromotionIsToldAtItsTick() throws Exception {
    rules(1, 0.5);
    clearEvidence(NOON);
    timeIs(NOON);
    var told = harness.getSideOutput(AdjustmentProposals.RETURNS);
    assertThat(told).hasSize(1);
    TickReturn said = told.element().getValue();
    assertThat(said.tickMillis()).isEqualTo(NOON.toEpochMilli());
    assertThat(said.measured().promotionId()).isEqualTo(TEN_OFF);
    assertThat(said.measured().profit().mean()).isEqualTo(160);
    assertThat(said.measured().controlProfit().mean()).isEqualTo(100);
  }

  /** Evidence that nobody should believe any more is no evidence for a budget either. */
  @Test
  void whatItMeasuredIsTakenBackWhenTheSampleRatioBreaks() throws Exception {
    rules(1, 0.5);
    clearEvidence(NOON);
    timeIs(NOON);
    counted(NOON.plus(HOUR), CONTROL, profits(500, 100));
    timeIs(NOON.plus(HOUR));
    List<TickReturn> told = returns();
    assertThat(told).extracting(TickReturn::variant).containsExactly(TEN_OFF, TEN_OFF);
    assertThat(told.get(0).measured()).isNotNull();
    assertThat(told.get(1).measured()).isNull();
    assertThat(told.get(1).tickMillis()).isEqualTo(NOON.plus(HOUR).toEpochMilli());

    counted(NOON.plus(HOUR.multipliedBy(2)), TEN_OFF, profits(500, 160));
    timeIs(NOON.plus(HOUR.multipliedBy(2)));
    assertThat(returns().get(2).measured().profit().units())
        .as("mended, it counts again")
        .isEqualTo(1_000);
  }

  private void missing(Instant tick, String variant, int units) throws Exception {
    var key = new CellKey(TEA_TEST, variant, "s1", 1, tick.toEpochMilli(), Standing.MISSING);
    harness.processElement1(new CellDelta(key, CellSums.of(units, 0, Map.of()), 0, 0, 0), 0);
  }

  @Test
  void missingExposuresPauseAtTheTickThatMayKnowOfThem() throws Exception {
    rules(1, 0.5);
    counted(NOON, CONTROL, profits(500, 100));
    counted(NOON, TEN_OFF, profits(500, 100));
    missing(NOON, CONTROL, 200);
    missing(NOON, TEN_OFF, 200);
    Instant later = NOON.plus(HOUR);
    missing(later, TEN_OFF, 200);
    timeIs(NOON);
    assertThat(proposals()).isEmpty();
    timeIs(later);

    assertThat(proposals()).hasSize(1);
    StrategyAdjustment pause = proposals().get(0);
    assertThat(pause.change()).isEqualTo(StrategyAdjustment.Change.PAUSE);
    assertThat(pause.at()).isEqualTo(later);
    assertThat(pause.evidence().metric()).isEqualTo("missing_exposure");
    assertThat(pause.evidence().variant()).isEqualTo(TEN_OFF);
    assertThat(pause.evidence().units()).isEqualTo(400);
    assertThat(pause.evidence().controlUnits()).isEqualTo(200);
    assertThat(pause.evidence().difference()).isEqualTo(100);
    assertThat(pause.evidence().p()).isLessThan(0.01);
    assertThat(returns().get(1).measured()).as("no evidence for a budget").isNull();

    missing(NOON, TEN_OFF, -200); // their views came late
    counted(NOON.plus(HOUR.multipliedBy(2)), TEN_OFF, profits(2, 100));
    timeIs(NOON.plus(HOUR.multipliedBy(2)));
    assertThat(returns().get(2).measured()).as("mended, it counts again").isNotNull();
  }

  @Test
  void pausedOrRemovedExperimentIsLeftAlone() throws Exception {
    rules(1, 0.5);
    harness.processElement2(new ExperimentNews(TEA_TEST, 2, null, null, null), 0);
    clearEvidence(NOON);
    timeIs(NOON);
    assertThat(proposals()).isEmpty();
  }

  @Test
  void olderRulesThatAreReadAgainChangeNothing() throws Exception {
    rules(2, 0.3);
    rules(1, 0.5);
    clearEvidence(NOON);
    timeIs(NOON);
    assertThat(proposals().get(0).from()).containsEntry(CONTROL, 0.3);
  }

  @Test
  void tickThatIsRepeatedAfterACrashDoesNotArgueWithItsOwnAnswer() throws Exception {
    rules(1, 0.5);
    clearEvidence(NOON);
    OperatorSubtaskState checkpoint = harness.snapshot(1, 1);
    timeIs(NOON);
    StrategyAdjustment proposal = proposals().get(0);
    harness.close();

    // after the restart the topics already hold what became of the tick
    harness = started(checkpoint);
    harness.processElement2(
        new ExperimentNews(
            TEA_TEST, 2, teaTest(0.3, List.of(), POLICY, List.of()), proposal.id(), null),
        0);
    timeIs(NOON);
    assertThat(proposals()).isEmpty();
  }

  @Test
  void stateSurvivesARestart() throws Exception {
    rules(1, 0.5);
    counted(NOON, CONTROL, profits(500, 100));
    OperatorSubtaskState checkpoint = harness.snapshot(1, 1);
    harness.close();
    harness = started(checkpoint);
    counted(NOON, TEN_OFF, profits(500, 160));
    timeIs(NOON);
    assertThat(proposals()).hasSize(1);
  }

  private void drawn(long ruleVersion, String variant, CellSums sums) throws Exception {
    var key =
        new CellKey(TEA_TEST, variant, "s1", ruleVersion, NOON.toEpochMilli(), Standing.PLAIN);
    harness.processElement1(
        new CellDelta(key, sums, NOON.toEpochMilli(), NOON.toEpochMilli(), 0), 0);
  }

  /** Profit rises for everybody after weights were moved by hand: no reason to move on. */
  @Test
  void movedWeightsAndAnotherSeasonAreNoEvidence() throws Exception {
    drawn(1, CONTROL, profits(500, 100));
    drawn(1, TEN_OFF, profits(500, 100));
    drawn(2, CONTROL, profits(200, 900));
    drawn(2, TEN_OFF, profits(800, 900));
    rules(1, 0.5);
    rules(2, 0.2);
    timeIs(NOON);
    assertThat(proposals()).isEmpty();
    assertThat(returns().get(0).measured().profit().mean())
        .isEqualTo(returns().get(0).measured().controlProfit().mean());

    drawn(2, TEN_OFF, CellSums.ZERO.minus(profits(800, 900)));
    drawn(2, TEN_OFF, profits(800, 1_000));
    counted(NOON.plus(HOUR), TEN_OFF, profits(2, 160));
    timeIs(NOON.plus(HOUR));
    assertThat(proposals()).as("within one draw it is evidence").hasSize(1);
    assertThat(proposals().get(0).evidence().difference()).isBetween(20.0, 60.0);
  }

  private void using(String... policies) throws Exception {
    var policy = new AdjustmentPolicy(0.1, 0.2, 50, false, 0.05, null, List.of(policies));
    Experiment experiment = teaTest(0.5, List.of(), policy, List.of());
    harness.processElement2(new ExperimentNews(TEA_TEST, 1, experiment, null, null), 0);
  }

  @ParameterizedTest
  @CsvSource({
    "shift-to-better, 160, 0.7",
    "shift-to-better, 40, 0.3",
    "promote-winner, 160, 0.7",
    "promote-winner, 40, 0.3",
    "stop-loser, 160, ",
    "stop-loser, 40, 0.3",
    "thompson, 160, 0.7",
    "thompson, 40, 0.3",
    "top-two, 160, ",
    "top-two, 40, "
  })
  void thePolicyThatTheRulesNameProposes(String policy, long profit, Double weight)
      throws Exception {
    using(policy);
    counted(NOON, CONTROL, profits(500, 100));
    counted(NOON, TEN_OFF, profits(500, profit));
    timeIs(NOON);
    if (weight == null) {
      assertThat(proposals()).isEmpty();
      return;
    }
    StrategyAdjustment proposal = proposals().get(0);
    assertThat(proposal.to().get(TEN_OFF)).isCloseTo(weight, within(1e-6));
    assertThat(proposal.to().get(CONTROL)).isCloseTo(1 - weight, within(1e-6));
    assertThat(proposal.decidedBy()).isEqualTo(policy);
    assertThat(proposal.policy()).startsWith(policy + " ");
  }

  @Test
  void theFirstPolicyThatProposesAnythingCounts() throws Exception {
    using("stop-loser", "promote-winner", "shift-to-better");
    counted(NOON, CONTROL, profits(500, 100));
    counted(NOON, TEN_OFF, profits(500, 160));
    timeIs(NOON);
    assertThat(proposals()).extracting(one -> one.decidedBy()).containsExactly("promote-winner");
  }

  private void leak(String segment, int control, int treated) throws Exception {
    for (String variant : List.of(CONTROL, TEN_OFF)) {
      var key = new CellKey(TEA_TEST, variant, segment, 1, NOON.toEpochMilli(), Standing.PLAIN);
      CellSums sums = profits(variant.equals(CONTROL) ? control : treated, 100);
      harness.processElement1(
          new CellDelta(key, sums, NOON.toEpochMilli(), NOON.toEpochMilli(), 0), 0);
    }
  }

  /** The totals balance, so the ratio of the whole is fine. */
  @Test
  void aLeakInOneSegmentPausesAndSaysNothingOfPromotions() throws Exception {
    rules(1, 0.5);
    leak("s1", 600, 400);
    leak("s2", 400, 600);
    leak("s3", 500, 500);
    timeIs(NOON);
    assertThat(proposals()).extracting(one -> one.change()).containsExactly(Change.PAUSE);
    assertThat(proposals().get(0).evidence().metric()).isEqualTo("sample_ratio");
    assertThat(proposals().get(0).evidence().p()).isLessThan(0.01);
    assertThat(returns().get(0).measured()).isNull();
  }
}
