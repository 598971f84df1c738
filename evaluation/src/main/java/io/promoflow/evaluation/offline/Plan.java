package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.inference.Power;
import io.promoflow.evaluation.offline.EvaluationMapping.Rules;

/**
 * How many units it takes to see the worthwhile lift of the primary metric.
 *
 * @param variant that is compared with the control
 * @param worthwhile difference to be seen, in the metric's unit
 * @param units of both groups so far
 * @param power of one look with the units so far, 0 to 1
 * @param unitsForOneLook of both groups together
 * @param unitsForAnyLooks after which the always-valid interval is narrower than the difference
 * @param daysLeft until the deciding one of these, at the pace so far; −1 without a time
 */
public record Plan(
    String variant,
    double worthwhile,
    long units,
    double power,
    long unitsForOneLook,
    long unitsForAnyLooks,
    long daysLeft) {

  /** Null when nothing can be planned, because nothing varies or the control's mean is 0. */
  static Plan of(MetricResult primary, Rules rules, long days) {
    Comparison its = primary.comparison();
    double difference = rules.worthwhile() * Math.abs(its.control().mean());
    if (!its.hasError() || !(difference > 0)) {
      return null;
    }
    var power =
        new Power(
            difference,
            its.variant().variance(),
            its.control().variance(),
            (double) its.variant().units() / its.totalUnits());
    long once = power.unitsFor(rules.power(), rules.alpha());
    long always = power.unitsUntilSeen(rules.interval());
    long needed = rules.looks() == EvaluationMapping.Looks.ONCE ? once : always;
    double perDay = days > 0 ? (double) its.totalUnits() / days : Double.NaN;
    long left = days == 0 ? -1 : (long) Math.ceil(Math.max(0, needed - its.totalUnits()) / perDay);
    return new Plan(
        primary.variant(),
        difference,
        its.totalUnits(),
        power.at(its.totalUnits(), rules.alpha()),
        once,
        always,
        left);
  }
}
