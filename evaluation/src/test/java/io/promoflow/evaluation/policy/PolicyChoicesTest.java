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
        fine.cells(),
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
}
