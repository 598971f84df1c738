package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Metric;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Takes a treatment that is surely worse than the control down to the floor. */
public final class StopLoser extends SureWeights {
  @Override
  public String name() {
    return "stop-loser";
  }

  @Override
  Optional<Sure> sure(Situation situation, Metric metric) {
    AlwaysValid interval = situation.againstControl();
    double floor = situation.experiment().policy().floor();
    return situation.ready().stream()
        .filter(treatment -> situation.weights().get(treatment) > floor)
        .filter(
            treatment -> {
              var comparison = situation.against(treatment, metric, interval.alpha());
              return -metric.direction() * comparison.difference() > interval.halfWidth(comparison);
            })
        .findFirst()
        .map(loser -> new Sure(without(situation, loser, floor), loser));
  }

  /** The others keep what they have above the floor; the control takes the loser's. */
  private static Map<String, Double> without(Situation situation, String loser, double floor) {
    var wished = new TreeMap<String, Double>();
    double free = 1 - floor * situation.weights().size();
    situation
        .weights()
        .forEach((variant, weight) -> wished.put(variant, Math.max(0, weight - floor) / free));
    wished.merge(situation.control(), wished.put(loser, 0.0), Double::sum);
    return wished;
  }
}
