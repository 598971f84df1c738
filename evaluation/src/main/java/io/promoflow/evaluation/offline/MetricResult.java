package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.inference.Cuped;
import io.promoflow.evaluation.inference.NonInferiority;
import io.promoflow.evaluation.inference.Posterior;
import java.util.Optional;

/**
 * One variant against the control, for one metric and segment; undefined numbers are NaN.
 *
 * @param metric what is compared
 * @param variant that is compared
 * @param control it is compared with
 * @param segment of the units
 * @param comparison estimates, difference and intervals of fixed horizon
 * @param pooled whether the statistic is that of the pooled test of shares
 * @param statistic t of Welch, or z of the pooled test of shares
 * @param p of that statistic, for one look
 * @param alwaysValidHalf half-width of the always-valid interval
 * @param alwaysValidP for any number of looks
 * @param adjustedP the deciding p, adjusted over its family
 * @param posterior of the relative lift
 * @param guardrail what is known of it, for guardrails
 * @param cuped how a covariate adjusted it, where there is one
 */
public record MetricResult(
    TableMetric metric,
    String variant,
    String control,
    String segment,
    Comparison comparison,
    boolean pooled,
    double statistic,
    double p,
    double alwaysValidHalf,
    double alwaysValidP,
    double adjustedP,
    Optional<Posterior> posterior,
    Optional<NonInferiority> guardrail,
    Optional<Cuped> cuped) {

  MetricResult adjusted(double adjustedP) {
    return new MetricResult(
        metric,
        variant,
        control,
        segment,
        comparison,
        pooled,
        statistic,
        p,
        alwaysValidHalf,
        alwaysValidP,
        adjustedP,
        posterior,
        guardrail,
        cuped);
  }

  double alwaysValidLow() {
    return comparison.difference() - alwaysValidHalf;
  }

  double alwaysValidHigh() {
    return comparison.difference() + alwaysValidHalf;
  }

  /** The p that decides, not adjusted. */
  double decidingP(EvaluationMapping.Looks looks) {
    return looks == EvaluationMapping.Looks.ONCE ? p : alwaysValidP;
  }

  /** Positive where the variant is better. */
  double gain() {
    return metric.direction() * comparison.difference();
  }

  /** The end of the deciding interval that favours the variant, as a gain. */
  double largestGain(EvaluationMapping.Looks looks) {
    boolean once = looks == EvaluationMapping.Looks.ONCE;
    double half = once ? comparison.high() - comparison.difference() : alwaysValidHalf;
    return gain() + half;
  }
}
