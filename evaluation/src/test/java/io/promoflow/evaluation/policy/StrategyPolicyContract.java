package io.promoflow.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.SampleRatioBook.Check;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.Strata;
import io.promoflow.evaluation.TestShop;
import io.promoflow.evaluation.policy.StrategyPolicy.Proposal;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import io.promoflow.ingestion.schema.Experiment.Guardrail;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every policy must keep; extend it with your own. */
abstract class StrategyPolicyContract {
  private static final double FLOOR = 0.1;
  private static final double MAX_STEP = 0.15;
  private static final int LEAST = 100;
  private static final String SEGMENT = "s1";
  private static final List<Guardrail> GUARDRAILS = List.of(new Guardrail("conversion", 0.1));

  abstract StrategyPolicy policy();

  private static CellSums noisy(Random random, int units, double mean, double conversion) {
    MetricSums profits = MetricSums.ZERO;
    MetricSums conversions = MetricSums.ZERO;
    for (int i = 0; i < units; i++) {
      profits = profits.plus(MetricSums.of(Math.round(mean + 300 * random.nextGaussian()), 0));
      conversions = conversions.plus(MetricSums.of(random.nextDouble() < conversion ? 1 : 0, 0));
    }
    return CellSums.of(units, 0, Map.of(Shipped.PROFIT, profits, Shipped.CONVERSION, conversions));
  }

  /** Weights at or above the floor that add up to 1. */
  private static Map<String, Double> weights(Random random, int arms) {
    double[] parts = random.doubles(arms).toArray();
    double sum = Arrays.stream(parts).sum();
    var weights = new HashMap<String, Double>();
    for (int arm = 0; arm < arms; arm++) {
      weights.put(TestShop.arm(arm), FLOOR + (1 - arms * FLOOR) * parts[arm] / sum);
    }
    return weights;
  }

  private static Experiment experiment(
      Map<String, Double> weights, boolean perSegment, Map<String, Double> ofSegment) {
    var limits = new AdjustmentPolicy(FLOOR, MAX_STEP, LEAST, perSegment, 0.05);
    return TestShop.arms(
        weights, List.of(new SegmentWeights(SEGMENT, ofSegment)), limits, GUARDRAILS);
  }

  private static Situation situation(
      Experiment experiment, String segment, Strata strata, double sampleRatioP) {
    return new Situation(
        experiment,
        segment,
        SampleRatioBook.weights(experiment, segment),
        strata,
        1000,
        sampleRatioP,
        Check.NOBODY,
        0.01,
        Metrics.shipped());
  }

  /** Now and then after weights have moved; treatments may do harm, also to conversion. */
  private static Situation random(Random random, int arms) {
    boolean perSegment = random.nextBoolean();
    var experiment = experiment(weights(random, arms), perSegment, weights(random, arms));
    var strata = new TreeMap<String, Map<String, CellSums>>();
    double[] effects = random.doubles(arms, -250, 250).toArray();
    for (int draw = 0; draw <= random.nextInt(2); draw++) {
      var cells = new HashMap<String, CellSums>();
      for (int arm = 0; arm < arms; arm++) {
        double effect = arm == 0 ? 0 : effects[arm];
        double conversion = random.nextInt(40) == 0 && arm > 0 ? 0.2 : 0.5;
        cells.put(
            TestShop.arm(arm), noisy(random, random.nextInt(700), 400 * draw + effect, conversion));
      }
      strata.put("draw " + draw, cells);
    }
    return situation(experiment, perSegment ? SEGMENT : null, new Strata(strata), 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void weightsStayWeightsWithinFloorAndStep(int arms) {
    var random = new Random(arms);
    int shifts = 0;
    for (int i = 0; i < 150; i++) {
      Situation situation = random(random, arms);
      var proposal = policy().propose(situation);
      assertThat(policy().propose(situation)).as("same question, same answer").isEqualTo(proposal);
      if (proposal.isEmpty()) {
        continue;
      }
      Map<String, Double> from = proposal.get().from();
      Map<String, Double> to = proposal.get().to();
      assertThat(from).as("the weights of the scope").isEqualTo(situation.weights());
      assertThat(to.keySet()).isEqualTo(from.keySet());
      assertThat(to.values().stream().mapToDouble(w -> w).sum()).isCloseTo(1, within(1e-6));
      if (proposal.get().change() == Change.SHIFT_WEIGHTS) {
        shifts++;
        to.forEach(
            (variant, weight) -> {
              assertThat(weight).isGreaterThanOrEqualTo(Math.min(FLOOR, from.get(variant)) - 1e-9);
              assertThat(Math.abs(weight - from.get(variant))).isLessThanOrEqualTo(MAX_STEP + 1e-9);
            });
        var evidence = proposal.get().evidence();
        assertThat(evidence.units()).isGreaterThanOrEqualTo(LEAST);
        assertThat(evidence.controlUnits()).isGreaterThanOrEqualTo(LEAST);
        assertThat(evidence.variant()).isIn(situation.treatments());
      }
    }
    assertThat(shifts).as("the situations ask for something now and then").isPositive();
  }

  private static Strata fine(int arms, double conversionOfTheLast) {
    var random = new Random(5);
    var cells = new HashMap<String, CellSums>();
    for (int arm = 0; arm < arms; arm++) {
      double conversion = arm == arms - 1 ? conversionOfTheLast : 0.5;
      cells.put(TestShop.arm(arm), noisy(random, 1_500, 100 * arm, conversion));
    }
    return Strata.ofOneDraw(cells);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void aBrokenGuardrailOfAnyTreatmentPausesTheWholeAndNoSegment(int arms) {
    var random = new Random(arms);
    for (boolean perSegment : new boolean[] {true, false}) {
      var experiment = experiment(weights(random, arms), perSegment, weights(random, arms));
      Strata broken = fine(arms, 0.3);
      Proposal pause = policy().propose(situation(experiment, null, broken, 1)).orElseThrow();
      assertThat(pause.change()).isEqualTo(Change.PAUSE);
      assertThat(pause.evidence().metric()).isEqualTo("conversion");
      assertThat(pause.evidence().variant()).isEqualTo(TestShop.arm(arms - 1));
      assertThat(pause.to()).containsEntry(TestShop.arm(0), 1.0);
      assertThat(
              policy()
                  .propose(situation(experiment, SEGMENT, broken, 1))
                  .filter(one -> one.change() == Change.PAUSE))
          .isEmpty();
      assertThat(
              policy()
                  .propose(situation(experiment, null, fine(arms, 0.5), 1))
                  .filter(one -> one.change() == Change.PAUSE))
          .isEmpty();
      assertThat(policy().propose(situation(experiment, null, fine(arms, 0.5), 0.001)))
          .as("sample ratio")
          .hasValueSatisfying(one -> assertThat(one.change()).isEqualTo(Change.PAUSE));
    }
  }

  @Test
  void weightsMoveInTheScopeThatTheRulesNameAndInNoOther() {
    var asked = new ArrayList<Integer>();
    for (int i = 0; i < 40; i++) {
      var random = new Random(i);
      Situation situation = random(random, 3);
      Experiment rules = situation.experiment();
      if (rules.policy().perSegment()) {
        assertThat(
                policy()
                    .propose(situation(rules, null, situation.strata(), 1))
                    .filter(one -> one.change() == Change.SHIFT_WEIGHTS))
            .isEmpty();
        asked.add(i);
      }
    }
    assertThat(asked).isNotEmpty();
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(StrategyPolicy.class).stream().map(p -> p.get().name()))
        .contains(policy().name());
  }
}
