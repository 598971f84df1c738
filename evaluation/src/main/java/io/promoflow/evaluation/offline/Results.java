package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.inference.NonInferiority;
import io.promoflow.evaluation.inference.Posterior;
import io.promoflow.evaluation.inference.ProportionTest;
import io.promoflow.evaluation.offline.Design.Versus;
import io.promoflow.evaluation.offline.EvaluationMapping.Rules;
import io.promoflow.evaluation.offline.TableMetric.Kind;
import io.promoflow.evaluation.offline.TableMetric.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares variants with their controls, in every metric and segment. */
final class Results {
  private final EvaluationMapping mapping;
  private final ExperimentSums sums;
  private final Design design;
  private final Rules rules;

  Results(EvaluationMapping mapping, ExperimentSums sums, Design design) {
    this.mapping = mapping;
    this.sums = sums;
    this.design = design;
    this.rules = mapping.rules();
  }

  /**
   * By segment, metric and variant. p is adjusted within its family: the primary metric over
   * everybody, the other metrics over everybody, everything within segments.
   */
  List<MetricResult> all() {
    return of(sums.segments());
  }

  /** The same over everybody only. */
  List<MetricResult> everybody() {
    return of(List.of(ExperimentSums.ALL));
  }

  private List<MetricResult> of(List<String> among) {
    var primary = new ArrayList<MetricResult>();
    var others = new ArrayList<MetricResult>();
    var segments = new ArrayList<MetricResult>();
    for (String segment : among) {
      for (MetricResult result : compare(sums.of(segment), segment)) {
        boolean everybody = segment.equals(ExperimentSums.ALL);
        boolean decides = result.metric().role() == Role.PRIMARY;
        (everybody ? decides ? primary : others : segments).add(result);
      }
    }
    var all = new ArrayList<MetricResult>();
    List.of(primary, others, segments).forEach(family -> all.addAll(adjusted(family)));
    return all;
  }

  private List<MetricResult> adjusted(List<MetricResult> family) {
    double[] p = family.stream().mapToDouble(one -> one.decidingP(rules.looks())).toArray();
    double[] adjusted = rules.correction().adjusted(p);
    var results = new ArrayList<MetricResult>();
    for (int i = 0; i < adjusted.length; i++) {
      results.add(family.get(i).adjusted(adjusted[i]));
    }
    return results;
  }

  private List<MetricResult> compare(Map<String, VariantSums> cells, String segment) {
    var results = new ArrayList<MetricResult>();
    for (int m = 0; m < mapping.metrics().size(); m++) {
      results.addAll(compare(m, cells, segment));
    }
    return results;
  }

  /** One metric, all variants of some cells; p is not adjusted. */
  List<MetricResult> compare(int metric, Map<String, VariantSums> cells, String segment) {
    var results = new ArrayList<MetricResult>();
    List<Versus> all = design.versus(cells.keySet());
    if (!all.isEmpty()) {
      var groups = MetricGroups.of(mapping, metric, cells);
      all.forEach(one -> results.add(result(mapping.metrics().get(metric), segment, one, groups)));
    }
    return results;
  }

  private MetricResult result(
      TableMetric metric, String segment, Versus versus, MetricGroups groups) {
    List<Group> variants = groups.of(versus.cells());
    List<Group> controls = groups.of(versus.controlCells());
    Comparison comparison = Comparison.of(variants, controls, rules.alpha());
    Group variant = comparison.variant();
    Group control = comparison.control();
    double statistic = comparison.t();
    double p = comparison.p();
    boolean pooled =
        metric.kind() == Kind.PROPORTION && groups.cuped().isEmpty() && variants.size() == 1;
    if (pooled) {
      var shares = ProportionTest.of(variant, control);
      statistic = shares.z();
      p = shares.p();
    }
    var interval = rules.interval();
    double error = comparison.relativeStandardError();
    return new MetricResult(
        metric,
        versus.variant(),
        versus.control(),
        segment,
        comparison,
        pooled,
        statistic,
        p,
        interval.halfWidth(comparison),
        interval.p(comparison),
        Double.NaN,
        error > 0 && Double.isFinite(error)
            ? Optional.of(Posterior.of(comparison.relativeLift(), error, rules.priorLift()))
            : Optional.empty(),
        metric.role() == Role.GUARDRAIL
            ? Optional.of(
                NonInferiority.of(variant, control, metric.direction(), metric.margin(), interval))
            : Optional.empty(),
        groups.cuped());
  }
}
