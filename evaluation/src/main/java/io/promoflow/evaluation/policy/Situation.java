package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.ComparedCells;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.Metric;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.SampleRatioBook.Check;
import io.promoflow.evaluation.Strata;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.StrategyAdjustment.Evidence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a policy knows at a tick about one scope: the whole experiment, or one segment of it.
 *
 * @param experiment as the newest rules have it
 * @param segment null for the whole experiment
 * @param weights live weights of the scope, by variant
 * @param strata sums of the scope up to the tick
 * @param optimalUnits where the always-valid interval is tightest
 * @param sampleRatioP sequential p of the sample ratio over all segments or in the worst of them; 1
 *     when unknown
 * @param missing the same check of those who were assigned but shown nothing in time
 * @param sampleRatioAlpha below which the sample ratio counts as broken
 * @param metrics that are declared
 * @param undone metrics whose pauses a person has undone of late
 */
public record Situation(
    Experiment experiment,
    String segment,
    Map<String, Double> weights,
    Strata strata,
    double optimalUnits,
    double sampleRatioP,
    Check missing,
    double sampleRatioAlpha,
    Metrics metrics,
    Set<String> undone) {

  /** One of which nobody has undone a pause. */
  public Situation(
      Experiment experiment,
      String segment,
      Map<String, Double> weights,
      Strata strata,
      double optimalUnits,
      double sampleRatioP,
      Check missing,
      double sampleRatioAlpha,
      Metrics metrics) {
    this(
        experiment,
        segment,
        weights,
        strata,
        optimalUnits,
        sampleRatioP,
        missing,
        sampleRatioAlpha,
        metrics,
        Set.of());
  }

  /**
   * One that misses no exposure, of shoppers who were all assigned by the live weights, with the
   * metrics that we ship.
   */
  public Situation(
      Experiment experiment,
      String segment,
      Map<String, Double> weights,
      Map<String, CellSums> cells,
      double optimalUnits,
      double sampleRatioP,
      double sampleRatioAlpha) {
    this(
        experiment,
        segment,
        weights,
        Strata.ofOneDraw(cells),
        optimalUnits,
        sampleRatioP,
        Check.NOBODY,
        sampleRatioAlpha,
        Metrics.shipped());
  }

  /** The same where the sample ratio is fine. */
  public Situation(
      Experiment experiment,
      String segment,
      Map<String, Double> weights,
      Map<String, CellSums> cells,
      double optimalUnits) {
    this(experiment, segment, weights, cells, optimalUnits, 1, 0);
  }

  /** Whether weights move in this scope at all: per segment or as a whole, as the policy says. */
  boolean weightsMayMove() {
    return experiment.policy() != null && (segment != null || !experiment.policy().perSegment());
  }

  /** Treatments with enough shoppers that count for the primary metric, if the control has, too. */
  List<String> ready() {
    return metric(experiment.primaryMetric()).map(this::ready).orElse(List.of());
  }

  /** The same for another metric. */
  List<String> ready(Metric metric) {
    int least = experiment.policy().minimumUnits();
    return treatments().stream()
        .filter(
            variant -> {
              Comparison its = against(variant, metric, experiment.policy().alpha());
              return Math.min(its.variant().units(), its.control().units()) >= least;
            })
        .toList();
  }

  /** The declared metric of that name; empty when there is none. */
  public Optional<Metric> metric(String id) {
    return metrics.named(id);
  }

  /** The interval of each treatment against the control: alpha is shared by Bonferroni. */
  AlwaysValid againstControl() {
    int comparisons = Math.max(1, treatments().size());
    return new AlwaysValid(experiment.policy().alpha() / comparisons, optimalUnits);
  }

  public String control() {
    return experiment.variants().stream()
        .filter(Variant::control)
        .map(Variant::id)
        .findFirst()
        .orElseThrow();
  }

  /** All variants but the control, in the order of the rules. */
  public List<String> treatments() {
    return experiment.variants().stream().filter(v -> !v.control()).map(Variant::id).toList();
  }

  public long units(String variant) {
    return strata.pooled(variant).units();
  }

  /** A treatment against the control, within shoppers whom the same weights assigned. */
  public Comparison against(String variant, Metric metric, double alpha) {
    return strata.comparison(variant, control(), metric, alpha);
  }

  /** All variants beside each other, within shoppers whom the same weights assigned. */
  Map<String, Group> groups(Metric metric) {
    ComparedCells cells = strata.compared(weights.keySet(), metric);
    var groups = new TreeMap<String, Group>();
    weights.keySet().forEach(variant -> groups.put(variant, cells.group(variant, metric)));
    return groups;
  }

  /** The comparison as a result row that an adjustment can rest on. */
  Evidence evidence(Metric metric, String variant, Comparison comparison, AlwaysValid interval) {
    double half = interval.halfWidth(comparison);
    return new Evidence(
        metric.id(),
        variant,
        comparison.variant().units(),
        comparison.control().units(),
        comparison.difference(),
        comparison.difference() - half,
        comparison.difference() + half,
        interval.p(comparison));
  }
}
