package io.promoflow.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What every budget policy must keep; extend it with your own. */
abstract class BudgetPolicyContract {
  abstract BudgetPolicy policy();

  private static BudgetSituation random(Random random) {
    var budgets = Map.of("gift", 1_000L + random.nextInt(9_000), "ship", 2_000L, "tea", 3_001L);
    var returns =
        List.of(
            Returns.noisy(random, "gift", 20 + random.nextInt(800), 5 * random.nextGaussian()),
            Returns.noisy(random, "ship", 20 + random.nextInt(800), 5 * random.nextGaussian()),
            Returns.noisy(random, "tea", 20 + random.nextInt(800), 5 * random.nextGaussian()));
    return new BudgetSituation(Returns.LIMITS, budgets, returns, 1000);
  }

  @Test
  void theSumStaysAndFloorStepAndExposureAreKept() {
    var random = new Random(1);
    int moves = 0;
    for (int i = 0; i < 300; i++) {
      BudgetSituation situation = random(random);
      var move = policy().propose(situation);
      assertThat(policy().propose(situation)).as("same question, same answer").isEqualTo(move);
      if (move.isEmpty()) {
        continue;
      }
      moves++;
      var from = move.get().proposal().from();
      var to = move.get().proposal().to();
      assertThat(move.get().proposal().change()).isEqualTo(Change.MOVE_BUDGET);
      assertThat(from).hasSize(2);
      assertThat(to.keySet()).isEqualTo(from.keySet());
      assertThat(sum(to)).isEqualTo(sum(from));
      from.forEach(
          (promotion, before) -> {
            assertThat(before).isEqualTo(situation.budgets().get(promotion).doubleValue());
            double after = to.get(promotion);
            assertThat(after).isEqualTo(Math.rint(after)).isNotEqualTo(before);
            assertThat(before - after).isLessThanOrEqualTo(0.2 * before);
            assertThat(after).isGreaterThanOrEqualTo(Math.min(before, situation.floorCents()));
            assertThat(situation.ready().get(promotion).leastUnits()).isGreaterThanOrEqualTo(100);
          });
    }
    assertThat(moves).as("the situations ask for something now and then").isPositive();
  }

  private static double sum(Map<String, Double> budgets) {
    return budgets.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(BudgetPolicy.class).stream().map(p -> p.get().name()))
        .contains(policy().name());
  }
}
