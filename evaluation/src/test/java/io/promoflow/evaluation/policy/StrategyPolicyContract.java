package io.promoflow.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.TestShop;
import io.promoflow.ingestion.schema.Experiment;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What every policy must keep; extend it with your own. */
abstract class StrategyPolicyContract {
  private static final Experiment.AdjustmentPolicy LIMITS =
      new Experiment.AdjustmentPolicy(0.1, 0.15, 100, false, 0.05);

  abstract StrategyPolicy policy();

  private static CellSums noisy(Random random, int units, double mean) {
    MetricSums sums = MetricSums.ZERO;
    for (int i = 0; i < units; i++) {
      long profit = Math.round(mean + 300 * random.nextGaussian());
      sums = sums.plus(MetricSums.of(profit, 0));
    }
    return CellSums.of(units, 0, Map.of(Shipped.PROFIT, sums));
  }

  private static Situation random(Random random) {
    var experiment =
        TestShop.teaTest(0.1 + 0.8 * random.nextDouble(), List.of(), LIMITS, List.of());
    var cells =
        Map.of(
            TestShop.CONTROL, noisy(random, random.nextInt(1000), 0),
            TestShop.TEN_OFF, noisy(random, random.nextInt(1000), 200 * random.nextGaussian()));
    return new Situation(experiment, null, SampleRatioBook.weights(experiment, null), cells, 1000);
  }

  @Test
  void weightsStayWeightsWithinFloorAndStep() {
    var random = new Random(1);
    int proposals = 0;
    for (int i = 0; i < 300; i++) {
      Situation situation = random(random);
      var proposal = policy().propose(situation);
      assertThat(policy().propose(situation)).as("same question, same answer").isEqualTo(proposal);
      if (proposal.isPresent()) {
        proposals++;
        var from = proposal.get().from();
        var to = proposal.get().to();
        assertThat(from).isEqualTo(situation.weights());
        assertThat(to.values().stream().mapToDouble(w -> w).sum()).isCloseTo(1, within(1e-6));
        to.forEach(
            (variant, weight) -> {
              assertThat(weight).isGreaterThanOrEqualTo(Math.min(0.1, from.get(variant)));
              assertThat(Math.abs(weight - from.get(variant))).isLessThanOrEqualTo(0.15 + 1e-9);
            });
        assertThat(situation.units(TestShop.CONTROL)).isGreaterThanOrEqualTo(100);
        assertThat(situation.units(TestShop.TEN_OFF)).isGreaterThanOrEqualTo(100);
      }
    }
    assertThat(proposals).as("the situations ask for something now and then").isPositive();
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(StrategyPolicy.class).stream().map(p -> p.get().name()))
        .contains(policy().name());
  }
}
