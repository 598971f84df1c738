package io.promoflow.evaluation;

import io.promoflow.evaluation.inference.Cuped;
import io.promoflow.evaluation.inference.Heterogeneity;
import io.promoflow.evaluation.inference.Moments;
import io.promoflow.evaluation.inference.MultipleTests;
import io.promoflow.evaluation.inference.NonInferiority;
import io.promoflow.evaluation.inference.Posterior;
import io.promoflow.evaluation.inference.Power;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Guardrail;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Judges the results of one experiment together, from its sums.
 *
 * @param experiment as the newest rules have it
 * @param alpha error level of the intervals
 * @param optimalUnits where the always-valid interval is tightest
 * @param priorLift standard deviation of the relative lifts that are usual here
 * @param worthwhileLift least relative lift that is worth the trouble
 * @param metrics that are declared
 */
public record JudgementBook(
    Experiment experiment,
    double alpha,
    double optimalUnits,
    double priorLift,
    double worthwhileLift,
    Metrics metrics) {

  /** With the metrics that we ship. */
  public JudgementBook(
      Experiment experiment,
      double alpha,
      double optimalUnits,
      double priorLift,
      double worthwhileLift) {
    this(experiment, alpha, optimalUnits, priorLift, worthwhileLift, Metrics.shipped());
  }

  private record Judged(
      String variant, Metric metric, String segment, Strata strata, ComparedCells cells) {}

  /**
   * One row per segment (and over all), treatment and metric.
   *
   * @param days that the experiment has run; 0 when unknown
   */
  public List<Judgement> rows(
      Map<String, Strata> bySegment, double days, Instant updated, Instant written) {
    var segments = new TreeMap<>(bySegment);
    segments.put(ResultRow.ALL_SEGMENTS, Strata.together(bySegment.values()));
    var rows = new ArrayList<Judgement>();
    for (Variant treatment : experiment.variants()) {
      if (!treatment.control()) {
        rows.addAll(of(treatment.id(), segments, days, updated, written));
      }
    }
    return rows;
  }

  private List<Judgement> of(
      String variant, Map<String, Strata> segments, double days, Instant updated, Instant written) {
    var judged = new ArrayList<Judged>();
    segments.forEach(
        (segment, strata) -> {
          if (strata.pooled().containsKey(variant)) {
            for (Metric metric : metrics) {
              judged.add(judged(variant, metric, segment, strata));
            }
          }
        });
    var interval = new AlwaysValid(alpha, optimalUnits);
    double[] p = judged.stream().mapToDouble(one -> interval.p(comparison(one))).toArray();
    double[] holm = MultipleTests.HOLM.adjusted(p);
    double[] discovery = MultipleTests.BENJAMINI_HOCHBERG.adjusted(p);
    var rows = new ArrayList<Judgement>();
    for (int i = 0; i < p.length; i++) {
      Judged one = judged.get(i);
      boolean everybody = one.segment().equals(ResultRow.ALL_SEGMENTS);
      Double different = everybody ? known(heterogeneity(one, segments)) : null;
      rows.add(row(one, holm[i], discovery[i], different, days, updated, written));
    }
    return rows;
  }

  private Judged judged(String variant, Metric metric, String segment, Strata strata) {
    return new Judged(
        variant, metric, segment, strata, strata.compared(List.of(variant, control()), metric));
  }

  private Judgement row(
      Judged one,
      double holm,
      double discovery,
      Double different,
      double days,
      Instant updated,
      Instant written) {
    Comparison its = comparison(one);
    var interval = new AlwaysValid(alpha, optimalUnits);
    double error = its.relativeStandardError();
    Posterior posterior =
        error > 0 && Double.isFinite(error)
            ? Posterior.of(its.relativeLift(), error, priorLift)
            : null;
    int direction = one.metric().direction() * (its.control().mean() < 0 ? -1 : 1);
    Cuped cuped = cuped(one);
    Comparison adjusted = cuped == null ? null : adjusted(one, cuped);
    double half = adjusted == null ? Double.NaN : interval.halfWidth(adjusted);
    Power power = power(its);
    Long needed = power == null ? null : power.unitsUntilSeen(interval);
    return new Judgement(
        experiment.id(),
        one.variant(),
        one.metric().id(),
        one.segment(),
        one.strata().pooled(one.variant()).units(),
        known(holm),
        known(discovery),
        posterior == null ? null : known(posterior.probabilityBetter(direction)),
        posterior == null ? null : known(posterior.expectedLoss(direction)),
        adjusted == null ? null : known(adjusted.difference()),
        adjusted == null ? null : known(adjusted.difference() - half),
        adjusted == null ? null : known(adjusted.difference() + half),
        cuped == null ? null : known(cuped.varianceRatio()),
        guardrail(one, its, interval),
        power == null ? null : known(power.at(its.totalUnits(), alpha)),
        needed,
        needed == null ? null : daysLeft(needed, its.totalUnits(), days),
        different,
        updated,
        written);
  }

  private Comparison comparison(Judged one) {
    return Comparison.of(
        one.cells().group(one.variant(), one.metric()),
        one.cells().group(control(), one.metric()),
        alpha);
  }

  /** Null when nothing is known of these shoppers from before, or the metric is no mean. */
  private Cuped cuped(Judged one) {
    List<CellSums> cells =
        Stream.of(one.variant(), control()).flatMap(id -> one.cells().cells(id).stream()).toList();
    Metric metric = one.metric();
    boolean isKnown =
        metric.isMean()
            && cells.stream()
                .anyMatch(cell -> !cell.metric(metric).denominatorSquares().equals(WideSum.ZERO))
            && cells.stream().allMatch(cell -> cell.units(metric) > 1);
    return isKnown ? Cuped.of(cells.stream().map(cell -> moments(cell, metric)).toList()) : null;
  }

  private static Moments moments(CellSums cell, Metric metric) {
    return Moments.of(cell.units(metric), cell.metric(metric));
  }

  private Comparison adjusted(Judged one, Cuped cuped) {
    Function<CellSums, Group> estimate = cell -> cuped.adjusted(moments(cell, one.metric()));
    return Comparison.of(
        one.cells().mean(one.variant(), estimate), one.cells().mean(control(), estimate), alpha);
  }

  private double heterogeneity(Judged all, Map<String, Strata> segments) {
    var comparisons = new ArrayList<Comparison>();
    segments.forEach(
        (segment, strata) -> {
          if (!segment.equals(ResultRow.ALL_SEGMENTS)) {
            comparisons.add(comparison(judged(all.variant(), all.metric(), segment, strata)));
          }
        });
    var found = Heterogeneity.of(comparisons);
    return found.degreesOfFreedom() == 0 ? Double.NaN : found.p();
  }

  private String guardrail(Judged one, Comparison comparison, AlwaysValid interval) {
    Optional<Guardrail> guardrail =
        experiment.guardrails().stream()
            .filter(its -> its.metric().equals(one.metric().id()))
            .findFirst();
    return guardrail
        .map(
            its ->
                NonInferiority.of(
                        comparison.variant(),
                        comparison.control(),
                        one.metric().direction(),
                        its.margin(),
                        interval)
                    .status()
                    .name())
        .orElse(null);
  }

  private Power power(Comparison its) {
    double difference = worthwhileLift * Math.abs(its.control().mean());
    return its.hasError() && difference > 0
        ? new Power(
            difference,
            its.variant().variance(),
            its.control().variance(),
            (double) its.variant().units() / its.totalUnits())
        : null;
  }

  private static Double daysLeft(long needed, long units, double days) {
    return days > 0 ? Math.max(0, needed - units) / (units / days) : null;
  }

  private String control() {
    return experiment.variants().stream()
        .filter(Variant::control)
        .map(Variant::id)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(experiment.id() + " has no control"));
  }

  private static Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
