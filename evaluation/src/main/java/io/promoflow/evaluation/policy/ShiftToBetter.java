package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Metric;
import io.promoflow.evaluation.inference.NonInferiority;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Guardrail;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Moves weight from the worse to the better variant, a step at a time and never below the floor,
 * and pauses an experiment that breaks a guardrail.
 *
 * <p>Acts only when an always-valid interval leaves out no difference (or a one-sided always-valid
 * bound shows a loss beyond the guardrail's margin), so looking at every tick costs no false
 * alarms: within one scope the chance of ever acting on noise is at most alpha. With several
 * treatments each is compared with the control at alpha over their number (Bonferroni).
 */
public final class ShiftToBetter implements StrategyPolicy {
  private static final double ROUNDING = 1e12;
  private static final double LEAST_STEP = 1e-6;

  /** A treatment whose interval leaves out 0. */
  private record Finding(String better, String worse, String treatment, Comparison comparison) {}

  @Override
  public String name() {
    return "shift-to-better";
  }

  @Override
  public Optional<Proposal> propose(Situation situation) {
    return situation.segment() == null
        ? pause(situation).or(() -> shift(situation))
        : shift(situation);
  }

  private static Optional<Proposal> pause(Situation situation) {
    var interval = interval(situation);
    for (Guardrail guardrail : situation.experiment().guardrails()) {
      Metric metric = Metric.named(guardrail.metric()).orElse(null);
      if (metric == null) {
        continue;
      }
      for (String treatment : ready(situation)) {
        Comparison comparison = situation.against(treatment, metric, interval.alpha());
        var test =
            NonInferiority.of(
                comparison.variant(),
                comparison.control(),
                metric.direction(),
                guardrail.margin(),
                interval);
        if (test.status() == NonInferiority.Status.BROKEN) {
          return Optional.of(
              new Proposal(
                  StrategyAdjustment.Change.PAUSE,
                  situation.weights(),
                  controlOnly(situation),
                  situation.evidence(metric, treatment, comparison, interval)));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Proposal> shift(Situation situation) {
    Metric metric = Metric.named(situation.experiment().primaryMetric()).orElse(null);
    if (metric == null || situation.experiment().policy() == null) {
      return Optional.empty();
    }
    if (situation.segment() == null && situation.experiment().policy().perSegment()) {
      return Optional.empty();
    }
    var interval = interval(situation);
    for (Finding finding : findings(situation, metric, interval)) {
      var to = moved(situation, finding);
      if (to.isPresent()) {
        return Optional.of(
            new Proposal(
                StrategyAdjustment.Change.SHIFT_WEIGHTS,
                situation.weights(),
                to.get(),
                situation.evidence(metric, finding.treatment(), finding.comparison(), interval)));
      }
    }
    return Optional.empty();
  }

  /** Treatments that differ from the control, the clearest first. */
  private static List<Finding> findings(Situation situation, Metric metric, AlwaysValid interval) {
    var findings = new ArrayList<Finding>();
    String control = situation.control();
    for (String treatment : ready(situation)) {
      Comparison comparison = situation.against(treatment, metric, interval.alpha());
      if (Math.abs(comparison.difference()) > interval.halfWidth(comparison)) {
        boolean treatmentBetter = metric.direction() * comparison.difference() > 0;
        findings.add(
            new Finding(
                treatmentBetter ? treatment : control,
                treatmentBetter ? control : treatment,
                treatment,
                comparison));
      }
    }
    findings.sort(
        Comparator.<Finding>comparingDouble(f -> -Math.abs(f.comparison().t()))
            .thenComparing(Finding::treatment));
    return findings;
  }

  private static Optional<Map<String, Double>> moved(Situation situation, Finding finding) {
    var policy = situation.experiment().policy();
    double worse = situation.weights().getOrDefault(finding.worse(), 0.0);
    double better = situation.weights().getOrDefault(finding.better(), 0.0);
    double step = Math.min(policy.maxStep(), worse - policy.floor());
    if (step < LEAST_STEP) {
      return Optional.empty();
    }
    var to = new TreeMap<>(situation.weights());
    to.put(finding.worse(), rounded(worse - step));
    to.put(finding.better(), rounded(better + step));
    return Optional.of(to);
  }

  private static Map<String, Double> controlOnly(Situation situation) {
    var to = new TreeMap<String, Double>();
    situation.weights().keySet().forEach(variant -> to.put(variant, 0.0));
    to.put(situation.control(), 1.0);
    return to;
  }

  private static List<String> ready(Situation situation) {
    int least = situation.experiment().policy().minimumUnits();
    if (situation.units(situation.control()) < least) {
      return List.of();
    }
    return situation.treatments().stream().filter(v -> situation.units(v) >= least).toList();
  }

  private static AlwaysValid interval(Situation situation) {
    Experiment experiment = situation.experiment();
    int comparisons = Math.max(1, situation.treatments().size());
    return new AlwaysValid(experiment.policy().alpha() / comparisons, situation.optimalUnits());
  }

  private static double rounded(double weight) {
    return Math.round(weight * ROUNDING) / ROUNDING;
  }
}
