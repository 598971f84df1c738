package io.promoflow.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.TestShop;
import io.promoflow.evaluation.policy.StrategyPolicy.Proposal;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the policies do with the same evidence. */
class PolicyChoicesTest {
  private static final AdjustmentPolicy WHOLE_STEP = new AdjustmentPolicy(0.1, 1, 100, false, 0.05);

  private static CellSums profits(long seed, int units, double mean) {
    var random = new Random(seed);
    MetricSums sums = MetricSums.ZERO;
    for (int i = 0; i < units; i++) {
      long profit = Math.round(mean + 300 * random.nextGaussian());
      sums = sums.plus(MetricSums.of(profit, 0));
    }
    return CellSums.of(units, 0, Map.of(Shipped.PROFIT, sums));
  }

  private static Situation situation(double gain, double sampleRatioP) {
    Experiment experiment = TestShop.teaTest(0.5, List.of(), WHOLE_STEP, List.of());
    return new Situation(
        experiment,
        null,
        SampleRatioBook.weights(experiment, null),
        Map.of(
            TestShop.CONTROL, profits(1, 2_000, 500),
            TestShop.TEN_OFF, profits(2, 2_000, 500 + gain)),
        1_000,
        sampleRatioP,
        0.01);
  }

  private static Map<String, Double> to(StrategyPolicy policy, double gain) {
    return policy.propose(situation(gain, 1)).map(Proposal::to).orElse(null);
  }

  @Test
  void aSureWinnerGetsAllButTheFloor() {
    assertThat(to(new PromoteWinner(), 100)).containsEntry(TestShop.TEN_OFF, 0.9);
    assertThat(to(new PromoteWinner(), -100)).containsEntry(TestShop.CONTROL, 0.9);
    assertThat(to(new PromoteWinner(), 5)).isNull();
  }

  @Test
  void aSureLoserFallsToTheFloorAndAWinnerIsLeftAlone() {
    assertThat(to(new StopLoser(), -100)).containsEntry(TestShop.TEN_OFF, 0.1);
    assertThat(to(new StopLoser(), 100)).isNull();
  }

  @Test
  void thompsonMovesByLikelihoodBeforeAnythingIsSure() {
    Map<String, Double> moved = to(new ThompsonWeights(), 15);
    assertThat(to(new PromoteWinner(), 15)).isNull();
    assertThat(moved.get(TestShop.TEN_OFF)).isBetween(0.1, 0.9).isNotEqualTo(0.5);
    assertThat(to(new ThompsonWeights(), 100).get(TestShop.TEN_OFF)).isCloseTo(0.9, within(1e-6));
  }

  @Test
  void topTwoKeepsHalfForTheChallenger() {
    assertThat(to(new TopTwoThompson(), 100)).isNull(); // half and half already
  }

  private static final List<StrategyPolicy> ALL =
      List.of(
          new ShiftToBetter(),
          new ThompsonWeights(),
          new TopTwoThompson(),
          new PromoteWinner(),
          new StopLoser());

  private static Situation missing(long ofControl, long ofTenOff, double sequentialP) {
    Situation fine = situation(100, 1);
    double half = (ofControl + ofTenOff) / 2.0;
    var missing =
        new SampleRatioBook.Check(
            ofControl + ofTenOff,
            0,
            Map.of(TestShop.CONTROL, ofControl, TestShop.TEN_OFF, ofTenOff),
            Map.of(TestShop.CONTROL, half, TestShop.TEN_OFF, half),
            0,
            1,
            sequentialP);
    return new Situation(
        fine.experiment(),
        null,
        fine.weights(),
        fine.strata(),
        fine.optimalUnits(),
        1,
        missing,
        fine.sampleRatioAlpha(),
        fine.metrics());
  }

  @Test
  void everyPolicyPausesWhatMissesExposuresOfOneVariantAndNamesIt() {
    for (StrategyPolicy policy : ALL) {
      Proposal pause = policy.propose(missing(400, 600, 0.001)).orElseThrow();
      assertThat(pause.change()).as(policy.name()).isEqualTo(Change.PAUSE);
      assertThat(pause.evidence().metric()).isEqualTo("missing_exposure");
      assertThat(pause.evidence().variant()).isEqualTo(TestShop.TEN_OFF);
      assertThat(pause.evidence().difference()).isEqualTo(100);
      assertThat(policy.propose(missing(600, 400, 0.001)).orElseThrow().evidence().variant())
          .isEqualTo(TestShop.CONTROL);
      assertThat(policy.propose(missing(400, 600, 0.02)))
          .as("not sure enough")
          .isEqualTo(policy.propose(situation(100, 1)));
    }
  }

  @Test
  void everyPolicyPausesWhatHasABrokenSampleRatio() {
    for (StrategyPolicy policy : ALL) {
      Proposal pause = policy.propose(situation(100, 0.001)).orElseThrow();
      assertThat(pause.change()).as(policy.name()).isEqualTo(Change.PAUSE);
      assertThat(pause.evidence().metric()).isEqualTo("sample_ratio");
      assertThat(pause.evidence().p()).isEqualTo(0.001);
    }
  }

  /** Control, and treatments that bring so much more. */
  private static Situation arms(AdjustmentPolicy limits, double... gains) {
    var weights = new HashMap<String, Double>();
    var cells = new HashMap<String, CellSums>();
    for (int arm = 0; arm <= gains.length; arm++) {
      weights.put(TestShop.arm(arm), 1.0 / (gains.length + 1));
      cells.put(TestShop.arm(arm), profits(10 + arm, 2_000, arm == 0 ? 500 : 500 + gains[arm - 1]));
    }
    Experiment experiment = TestShop.arms(weights, List.of(), limits, List.of());
    return new Situation(
        experiment, null, SampleRatioBook.weights(experiment, null), cells, 1_000, 1, 0.01);
  }

  private static Map<String, Double> to(
      StrategyPolicy policy, AdjustmentPolicy limits, double... gains) {
    return policy.propose(arms(limits, gains)).map(Proposal::to).orElse(null);
  }

  private static void weigh(Map<String, Double> weights, double... expected) {
    assertThat(weights).isNotNull();
    for (int arm = 0; arm < expected.length; arm++) {
      assertThat(weights.get(TestShop.arm(arm)))
          .as(TestShop.arm(arm))
          .isCloseTo(expected[arm], within(1e-6));
    }
  }

  @Test
  void aWinnerMustSurelyBeatEveryOther() {
    weigh(to(new PromoteWinner(), WHOLE_STEP, 100, -50), 0.1, 0.8, 0.1);
    weigh(to(new PromoteWinner(), WHOLE_STEP, -100, -100), 0.8, 0.1, 0.1);
    assertThat(to(new PromoteWinner(), WHOLE_STEP, 100, 95)).as("which of the two").isNull();
    weigh(to(new PromoteWinner(), WHOLE_STEP, 100, 0, 300, -50), 0.1, 0.1, 0.1, 0.6, 0.1);
  }

  @Test
  void theWeightOfALoserGoesToTheControlAndTheOthersKeepTheirs() {
    double third = 1 / 3.0;
    weigh(to(new StopLoser(), WHOLE_STEP, -100, 50), 2 * third - 0.1, 0.1, third);
    weigh(to(new StopLoser(), WHOLE_STEP, 50, -100), 2 * third - 0.1, third, 0.1);
    assertThat(to(new StopLoser(), WHOLE_STEP, 50, 100)).isNull();
    var smallSteps = new AdjustmentPolicy(0.1, 0.05, 100, false, 0.05);
    weigh(to(new StopLoser(), smallSteps, -100, 50), third + 0.05, third - 0.05, third);
  }

  @Test
  void topTwoSharesBetweenTheLikeliestAndItsChallengers() {
    Map<String, Double> moved = to(new TopTwoThompson(), WHOLE_STEP, 100, 80);
    assertThat(moved.get(TestShop.arm(0))).isCloseTo(0.1, within(0.01));
    assertThat(moved.get(TestShop.arm(1))).isBetween(0.4, 0.5);
    assertThat(moved.get(TestShop.arm(2))).isBetween(0.4, 0.5);
  }

  @Test
  void shiftToBetterTakesTheClearestOfSeveralTreatments() {
    var steps = new AdjustmentPolicy(0.1, 0.2, 100, false, 0.05);
    double third = 1 / 3.0;
    weigh(to(new ShiftToBetter(), steps, 60, 150), third - 0.2, third, third + 0.2);
    weigh(to(new ShiftToBetter(), steps, -150, 60), third + 0.2, third - 0.2, third);
  }
}
