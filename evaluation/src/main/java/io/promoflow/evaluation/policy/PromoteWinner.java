package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives everything but the floors to a variant that is surely better than every other one. Alpha is
 * shared by all pairs (Bonferroni).
 */
public final class PromoteWinner extends SureWeights {
  @Override
  public String name() {
    return "promote-winner";
  }

  @Override
  Optional<Sure> sure(Situation situation, Metric metric) {
    if (situation.ready().size() < situation.treatments().size()) {
      return Optional.empty();
    }
    List<String> all = new ArrayList<>(situation.weights().keySet());
    int pairs = Math.max(1, all.size() * (all.size() - 1) / 2);
    double alpha = situation.experiment().policy().alpha() / pairs;
    var interval = new AlwaysValid(alpha, situation.optimalUnits());
    return all.stream()
        .filter(
            one ->
                all.stream()
                    .filter(other -> !other.equals(one))
                    .allMatch(
                        other ->
                            isBetter(
                                situation.strata().comparison(one, other, metric, alpha),
                                metric,
                                interval)))
        .findFirst()
        .map(winner -> new Sure(Map.of(winner, 1.0), treatment(situation, winner)));
  }

  private static String treatment(Situation situation, String winner) {
    return winner.equals(situation.control()) ? situation.treatments().get(0) : winner;
  }
}
