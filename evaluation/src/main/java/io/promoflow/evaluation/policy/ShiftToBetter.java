package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Metric;
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
    return Pausing.propose(situation).or(() -> shift(situation));
  }

  private static Optional<Proposal> shift(Situation situation) {
    Metric metric = situation.metric(situation.experiment().primaryMetric()).orElse(null);
    if (metric == null || !situation.weightsMayMove()) {
      return Optional.empty();
    }
    AlwaysValid interval = situation.againstControl();
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
    for (String treatment : situation.ready()) {
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

  private static double rounded(double weight) {
    return Math.round(weight * ROUNDING) / ROUNDING;
  }
}
