package io.promoflow.evaluation.policy;

import java.util.Map;
import java.util.TreeMap;

/**
 * Half of the shoppers to the likeliest best, half to its challenger (Russo 2016, top-two Thompson
 * sampling with β = ½): finds the best variant sooner than Thompson, which starves the second.
 *
 * <p>The share of i is pᵢ·(½ + ½·Σⱼ pⱼ / (1 − pⱼ)) over the others j, in closed form.
 */
public final class TopTwoThompson extends ThompsonWeights {
  private static final double LEADER = 0.5;

  @Override
  public String name() {
    return "top-two";
  }

  @Override
  Map<String, Double> wished(Map<String, Double> best) {
    var shares = new TreeMap<String, Double>();
    best.keySet().forEach(variant -> shares.put(variant, LEADER * best.get(variant)));
    for (String leader : best.keySet()) {
      double others = 0; // summed, not 1 less the leader's: that would be 0 too soon
      for (var other : best.entrySet()) {
        others += other.getKey().equals(leader) ? 0 : other.getValue();
      }
      double challenged = (1 - LEADER) * best.get(leader);
      for (var other : best.entrySet()) {
        if (!other.getKey().equals(leader)) {
          double share = others > 0 ? other.getValue() / others : 1.0 / (best.size() - 1);
          shares.merge(other.getKey(), challenged * share, Double::sum);
        }
      }
    }
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    shares.replaceAll((variant, share) -> share / sum);
    return shares;
  }
}
