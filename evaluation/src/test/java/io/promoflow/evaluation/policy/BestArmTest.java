package io.promoflow.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.Group;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class BestArmTest {
  private static final Map<String, Group> TWO =
      Map.of("a", new Group(400, 1.0, 9), "b", new Group(900, 1.2, 16));

  @Test
  void ofTwoItIsTheNormalTailOfTheDifference() {
    double error = Math.sqrt(9 / 400.0 + 16 / 900.0);
    double closed = NormalDistribution.of(0, 1).cumulativeProbability(0.2 / error);
    assertThat(BestArm.probabilities(TWO, 1).get("b")).isCloseTo(closed, within(1e-9));
    assertThat(BestArm.probabilities(TWO, -1).get("a")).isCloseTo(closed, within(1e-9));
  }

  @Test
  void alikeVariantsAreAlikeLikely() {
    var group = new Group(100, 5, 2);
    assertThat(BestArm.probabilities(Map.of("a", group, "b", group, "c", group), 1).values())
        .allSatisfy(p -> assertThat(p).isCloseTo(1 / 3.0, within(1e-9)));
  }

  @Test
  void ofThreeItIsWhatDrawingSays() {
    Map<String, Group> groups =
        Map.of(
            "a", new Group(100, 1.0, 4), "b", new Group(400, 1.1, 9), "c", new Group(50, 0.9, 8));
    RandomGenerator random = new SplittableRandom(1);
    int draws = 400_000;
    int wins = 0;
    for (int i = 0; i < draws; i++) {
      double a = 1.0 + 0.2 * random.nextGaussian();
      double b = 1.1 + 0.15 * random.nextGaussian();
      double c = 0.9 + 0.4 * random.nextGaussian();
      wins += b > a && b > c ? 1 : 0;
    }
    double drawn = (double) wins / draws;
    assertThat(BestArm.probabilities(groups, 1).get("b")).isCloseTo(drawn, within(0.004));
  }

  @Test
  void theLeaderOfTopTwoGetsHalfAndItsChallengerTheRest() {
    var shares = new TopTwoThompson().wished(Map.of("a", 0.98, "b", 0.015, "c", 0.005));
    assertThat(shares.get("a")).isBetween(0.49, 0.52);
    assertThat(shares.get("b")).isCloseTo(3 * shares.get("c"), within(0.02));
    assertThat(shares.values().stream().mapToDouble(s -> s).sum()).isCloseTo(1, within(1e-12));
  }
}
