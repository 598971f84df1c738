package io.promoflow.evaluation.policy;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.TEA_TEST;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.teaTest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.Shipped;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import io.promoflow.ingestion.schema.Experiment.Guardrail;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.Trigger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShiftToBetterTest {
  private static final AdjustmentPolicy WHOLE = new AdjustmentPolicy(0.1, 0.2, 50, false, 0.05);
  private final StrategyPolicy policy = new ShiftToBetter();

  /** Shoppers with a mean profit, half of them a bit above and half a bit below. */
  private static CellSums shoppers(long units, long profit, long conversionsPercent) {
    MetricSums profits = MetricSums.ZERO;
    MetricSums conversions = MetricSums.ZERO;
    for (long i = 0; i < units; i++) {
      long converted = i % 100 < conversionsPercent ? 1 : 0;
      profits = profits.plus(MetricSums.of(profit + (i % 2 == 0 ? 100 : -100), 0));
      conversions = conversions.plus(MetricSums.of(converted, 0));
    }
    return CellSums.of(units, 0, Map.of(Shipped.PROFIT, profits, Shipped.CONVERSION, conversions));
  }

  private static Situation situation(
      Experiment experiment, String segment, CellSums control, CellSums treated) {
    return new Situation(
        experiment,
        segment,
        SampleRatioBook.weights(experiment, segment),
        Map.of(CONTROL, control, TEN_OFF, treated),
        1000);
  }

  private static Experiment whole(double controlWeight) {
    return teaTest(controlWeight, List.of(), WHOLE, List.of(new Guardrail("conversion", 0.1)));
  }

  @Test
  void betterTreatmentGainsAStep() {
    var proposal =
        policy
            .propose(situation(whole(0.5), null, shoppers(500, 100, 50), shoppers(500, 160, 50)))
            .orElseThrow();
    assertThat(proposal.change()).isEqualTo(Change.SHIFT_WEIGHTS);
    assertThat(proposal.from()).isEqualTo(Map.of(CONTROL, 0.5, TEN_OFF, 0.5));
    assertThat(proposal.to()).isEqualTo(Map.of(CONTROL, 0.3, TEN_OFF, 0.7));
    assertThat(proposal.evidence().difference()).isCloseTo(60, within(1e-9));
    assertThat(proposal.evidence().low()).isBetween(0.0, 60.0);
    assertThat(proposal.evidence().p()).isLessThan(0.05);
  }

  @Test
  void worseTreatmentLosesAStep() {
    var proposal =
        policy
            .propose(situation(whole(0.5), null, shoppers(500, 160, 50), shoppers(500, 100, 50)))
            .orElseThrow();
    assertThat(proposal.to()).isEqualTo(Map.of(CONTROL, 0.7, TEN_OFF, 0.3));
  }

  @Test
  void theFloorIsKeptAndThenNothingIsAsked() {
    var better = shoppers(500, 160, 50);
    var proposal =
        policy.propose(situation(whole(0.15), null, shoppers(500, 100, 50), better)).orElseThrow();
    assertThat(proposal.to()).isEqualTo(Map.of(CONTROL, 0.1, TEN_OFF, 0.9));
    assertThat(policy.propose(situation(whole(0.1), null, shoppers(500, 100, 50), better)))
        .isEmpty();
  }

  @Test
  void tooFewShoppersOrTooLittleDifferenceAsksForNothing() {
    assertThat(
            policy.propose(
                situation(whole(0.5), null, shoppers(500, 100, 50), shoppers(49, 900, 50))))
        .isEmpty();
    assertThat(
            policy.propose(
                situation(whole(0.5), null, shoppers(500, 100, 50), shoppers(500, 110, 50))))
        .isEmpty();
  }

  @Test
  void shoppersWithoutVariationAreNoEvidence() {
    var flat = CellSums.of(100, 0, Map.of());
    assertThat(policy.propose(situation(whole(0.5), null, flat, flat))).isEmpty();
  }

  @Test
  void brokenGuardrailPausesWhateverThePrimaryMetricSays() {
    var proposal =
        policy
            .propose(situation(whole(0.5), null, shoppers(2000, 100, 60), shoppers(2000, 160, 30)))
            .orElseThrow();
    assertThat(proposal.change()).isEqualTo(Change.PAUSE);
    assertThat(proposal.to()).isEqualTo(Map.of(CONTROL, 1.0, TEN_OFF, 0.0));
    assertThat(proposal.evidence().metric()).isEqualTo("conversion");
  }

  @Test
  void lossWithinTheMarginOfTheGuardrailIsTolerated() {
    var proposal =
        policy.propose(
            situation(whole(0.5), null, shoppers(2000, 100, 60), shoppers(2000, 100, 57)));
    assertThat(proposal).isEmpty();
  }

  @Test
  void perSegmentStartsFromTheSegmentsOwnWeights() {
    var perSegment = new AdjustmentPolicy(0.1, 0.2, 50, true, 0.05);
    var experiment =
        teaTest(
            0.5,
            List.of(new SegmentWeights("s1", Map.of(CONTROL, 0.3, TEN_OFF, 0.7))),
            perSegment,
            List.of());
    var control = shoppers(500, 100, 50);
    var treated = shoppers(500, 160, 50);
    assertThat(policy.propose(situation(experiment, null, control, treated))).isEmpty();
    assertThat(policy.propose(situation(experiment, "s1", control, treated)).orElseThrow().to())
        .isEqualTo(Map.of(CONTROL, 0.1, TEN_OFF, 0.9));
    assertThat(policy.propose(situation(experiment, "s2", control, treated)).orElseThrow().to())
        .isEqualTo(Map.of(CONTROL, 0.3, TEN_OFF, 0.7));
  }

  @Test
  void ofThreeVariantsTheClearestPairMovesAndTheRestStays() {
    var variants =
        List.of(
            new Variant("a", true, 0.4, List.of()),
            new Variant("b", false, 0.3, List.of()),
            new Variant("c", false, 0.3, List.of()));
    var experiment =
        new Experiment(
            TEA_TEST,
            "salt",
            Trigger.VISIT,
            variants,
            List.of(),
            List.of(),
            false,
            null,
            null,
            "profit",
            List.of(),
            0,
            WHOLE,
            Experiment.Status.RUNNING);
    var cells =
        Map.of(
            "a", shoppers(500, 100, 50), "b", shoppers(500, 60, 50), "c", shoppers(500, 180, 50));
    var proposal =
        policy
            .propose(
                new Situation(
                    experiment, null, SampleRatioBook.weights(experiment, null), cells, 1000))
            .orElseThrow();
    assertThat(proposal.to()).isEqualTo(Map.of("a", 0.2, "b", 0.3, "c", 0.5));
    assertThat(proposal.evidence().variant()).isEqualTo("c");
  }
}
