package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Metric;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.util.Map;
import java.util.Optional;

/** Moves weights only by what always-valid intervals say surely. */
abstract class SureWeights implements StrategyPolicy {
  private static final double LEAST_STEP = 1e-6;

  /**
   * What is sure.
   *
   * @param wished shares by variant, that add up to 1
   * @param treatment whose comparison with the control is the evidence
   */
  record Sure(Map<String, Double> wished, String treatment) {}

  /** Empty as long as nothing is sure. */
  abstract Optional<Sure> sure(Situation situation, Metric metric);

  @Override
  public final Optional<Proposal> propose(Situation situation) {
    return Pausing.propose(situation).or(() -> weights(situation));
  }

  private Optional<Proposal> weights(Situation situation) {
    Metric metric = situation.metric(situation.experiment().primaryMetric()).orElse(null);
    if (metric == null || !situation.weightsMayMove() || situation.ready().isEmpty()) {
      return Optional.empty();
    }
    AlwaysValid interval = situation.againstControl();
    return sure(situation, metric)
        .flatMap(
            sure ->
                Steps.towards(situation, sure.wished(), LEAST_STEP)
                    .map(
                        to ->
                            new Proposal(
                                StrategyAdjustment.Change.SHIFT_WEIGHTS,
                                situation.weights(),
                                to,
                                situation.evidence(
                                    metric,
                                    sure.treatment(),
                                    situation.against(sure.treatment(), metric, interval.alpha()),
                                    interval))));
  }

  /** Whether a group is surely better than another. */
  static boolean isBetter(Comparison comparison, Metric metric, AlwaysValid interval) {
    return metric.direction() * comparison.difference() > interval.halfWidth(comparison);
  }
}
