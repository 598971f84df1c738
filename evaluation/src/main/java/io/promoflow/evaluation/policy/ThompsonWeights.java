package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.Metric;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Weights by how likely each variant is the best (Thompson 1933). It acts on what is likely, not on
 * what is sure, so its steps are no verdicts. Its own steps do not mislead it: variants are
 * compared within shoppers whom the same weights assigned.
 */
public class ThompsonWeights implements StrategyPolicy {
  /** A change of the rules for less is not worth it. */
  private static final double LEAST_STEP = 0.02;

  @Override
  public String name() {
    return "thompson";
  }

  @Override
  public Optional<Proposal> propose(Situation situation) {
    return Pausing.propose(situation).or(() -> weights(situation));
  }

  private Optional<Proposal> weights(Situation situation) {
    Metric metric = situation.metric(situation.experiment().primaryMetric()).orElse(null);
    if (metric == null
        || !situation.weightsMayMove()
        || situation.ready().size() < situation.treatments().size()) {
      return Optional.empty();
    }
    Map<String, Group> groups = situation.groups(metric);
    int least = situation.experiment().policy().minimumUnits();
    if (!groups.values().stream().allMatch(one -> one.variance() > 0 && one.units() >= least)) {
      return Optional.empty();
    }
    Map<String, Double> best = BestArm.probabilities(groups, metric.direction());
    return Steps.towards(situation, wished(best), LEAST_STEP)
        .map(to -> proposal(situation, metric, best, to));
  }

  /** The share of each variant, from how likely each is the best. */
  Map<String, Double> wished(Map<String, Double> best) {
    return best;
  }

  private static Proposal proposal(
      Situation situation, Metric metric, Map<String, Double> best, Map<String, Double> to) {
    AlwaysValid interval = situation.againstControl();
    String likeliest =
        situation.treatments().stream().max(Comparator.comparingDouble(best::get)).orElseThrow();
    return new Proposal(
        StrategyAdjustment.Change.SHIFT_WEIGHTS,
        situation.weights(),
        to,
        situation.evidence(
            metric, likeliest, situation.against(likeliest, metric, interval.alpha()), interval));
  }
}
