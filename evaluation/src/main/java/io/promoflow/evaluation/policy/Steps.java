package io.promoflow.evaluation.policy;

import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One step from the live weights towards wished ones, within the limits of the experiment. */
final class Steps {
  private static final double ROUNDING = 1e12;

  private Steps() {}

  /**
   * Every variant keeps the floor; what is left is shared as wished. No weight moves by more than
   * the largest step: a longer way is cut short in the same direction.
   *
   * @param wished shares by variant, that add up to 1
   * @param least a step that moves no weight by as much is not worth a change of the rules
   */
  static Optional<Map<String, Double>> towards(
      Situation situation, Map<String, Double> wished, double least) {
    AdjustmentPolicy limits = situation.experiment().policy();
    Map<String, Double> from = situation.weights();
    double free = 1 - limits.floor() * from.size();
    var moves = new TreeMap<String, Double>();
    double longest = 0;
    for (var weight : from.entrySet()) {
      double target = limits.floor() + free * wished.getOrDefault(weight.getKey(), 0.0);
      double move = target - weight.getValue();
      moves.put(weight.getKey(), move);
      longest = Math.max(longest, Math.abs(move));
    }
    if (longest < least) {
      return Optional.empty();
    }
    double share = Math.min(1, limits.maxStep() / longest);
    var to = new TreeMap<String, Double>();
    for (var move : moves.entrySet()) {
      double weight = from.get(move.getKey()) + share * move.getValue();
      to.put(move.getKey(), Math.round(weight * ROUNDING) / ROUNDING);
    }
    return Optional.of(to);
  }
}
