package io.promoflow.evaluation.policy;

import static io.promoflow.evaluation.Assignment.MISSING_EXPOSURE;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Metric;
import io.promoflow.evaluation.SampleRatioBook.Check;
import io.promoflow.evaluation.inference.NonInferiority;
import io.promoflow.evaluation.policy.StrategyPolicy.Proposal;
import io.promoflow.ingestion.schema.Experiment.Guardrail;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What every policy does first: pauses an experiment whose sample ratio is broken, whose exposures
 * are missing in one variant more than in another, or that surely breaks a guardrail. All three
 * tests may be watched all the time.
 */
final class Pausing {
  private Pausing() {}

  /**
   * A pause of the whole experiment; nothing in a scope of one segment. A reason that a person has
   * not set aside goes first; while there is one that a person has, nothing else may move.
   */
  static Optional<Proposal> propose(Situation situation) {
    if (situation.segment() != null || situation.experiment().policy() == null) {
      return Optional.empty();
    }
    var reasons = new ArrayList<Proposal>();
    sampleRatio(situation).ifPresent(reasons::add);
    missingExposures(situation).ifPresent(reasons::add);
    reasons.addAll(guardrails(situation));
    return reasons.stream()
        .filter(reason -> !situation.undone().contains(reason.evidence().metric()))
        .findFirst()
        .or(() -> reasons.stream().findFirst());
  }

  private static Optional<Proposal> sampleRatio(Situation situation) {
    if (situation.sampleRatioP() >= situation.sampleRatioAlpha()) {
      return Optional.empty();
    }
    String control = situation.control();
    long all = situation.weights().keySet().stream().mapToLong(situation::units).sum();
    long controls = situation.units(control);
    var evidence =
        new Evidence(
            "sample_ratio", control, all - controls, controls, 0, 0, 0, situation.sampleRatioP());
    return Optional.of(pause(situation, evidence));
  }

  /** The evidence names the variant that lacks the most exposures, and how many too many. */
  private static Optional<Proposal> missingExposures(Situation situation) {
    Check missing = situation.missing();
    if (missing.sequentialP() >= situation.sampleRatioAlpha()) {
      return Optional.empty();
    }
    String most = missing.mostBeyondItsShare();
    double beyond = missing.beyondItsShare(most);
    var evidence =
        new Evidence(
            MISSING_EXPOSURE,
            most,
            missing.observed().get(most),
            missing.observed().getOrDefault(situation.control(), 0L),
            beyond,
            beyond,
            beyond,
            missing.sequentialP());
    return Optional.of(pause(situation, evidence));
  }

  private static List<Proposal> guardrails(Situation situation) {
    var broken = new ArrayList<Proposal>();
    AlwaysValid interval = situation.againstControl();
    for (Guardrail guardrail : situation.experiment().guardrails()) {
      Metric metric = situation.metric(guardrail.metric()).orElse(null);
      if (metric == null) {
        continue;
      }
      for (String treatment : situation.ready(metric)) {
        Comparison comparison = situation.against(treatment, metric, interval.alpha());
        var test =
            NonInferiority.of(
                comparison.variant(),
                comparison.control(),
                metric.direction(),
                guardrail.margin(),
                interval);
        if (test.status() == NonInferiority.Status.BROKEN) {
          broken.add(pause(situation, situation.evidence(metric, treatment, comparison, interval)));
        }
      }
    }
    return broken;
  }

  private static Proposal pause(Situation situation, Evidence evidence) {
    return new Proposal(Change.PAUSE, situation.weights(), controlOnly(situation), evidence);
  }

  private static Map<String, Double> controlOnly(Situation situation) {
    var to = new TreeMap<String, Double>();
    situation.weights().keySet().forEach(variant -> to.put(variant, 0.0));
    to.put(situation.control(), 1.0);
    return to;
  }
}
