package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.inference.Cuped;
import io.promoflow.evaluation.inference.Estimates;
import io.promoflow.evaluation.inference.Moments;
import io.promoflow.evaluation.inference.NonInferiority;
import io.promoflow.evaluation.inference.Posterior;
import io.promoflow.evaluation.inference.ProportionTest;
import io.promoflow.evaluation.inference.Quantile;
import io.promoflow.evaluation.offline.EvaluationMapping.Rules;
import io.promoflow.evaluation.offline.TableMetric.Kind;
import io.promoflow.evaluation.offline.TableMetric.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares every variant with the control, in every metric and segment. */
final class Results {
  private final EvaluationMapping mapping;
  private final ExperimentSums sums;
  private final Rules rules;

  Results(EvaluationMapping mapping, ExperimentSums sums) {
    this.mapping = mapping;
    this.sums = sums;
    this.rules = mapping.rules();
  }

  /**
   * By segment, metric and variant. p is adjusted within its family: the primary metric over
   * everybody, the other metrics over everybody, everything within segments.
   */
  List<MetricResult> all() {
    var primary = new ArrayList<MetricResult>();
    var others = new ArrayList<MetricResult>();
    var segments = new ArrayList<MetricResult>();
    for (String segment : sums.segments()) {
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

  /** All metrics and variants of some cells; p is not adjusted. */
  List<MetricResult> compare(Map<String, VariantSums> cells, String segment) {
    var results = new ArrayList<MetricResult>();
    if (cells.containsKey(mapping.control())) {
      for (int m = 0; m < mapping.metrics().size(); m++) {
        results.addAll(compare(m, cells, segment));
      }
    }
    return results;
  }

  /** One metric, all variants. */
  List<MetricResult> compare(int metric, Map<String, VariantSums> cells, String segment) {
    var results = new ArrayList<MetricResult>();
    TableMetric its = mapping.metrics().get(metric);
    Optional<Cuped> cuped =
        its.columns()
            .covariate()
            .map(column -> Cuped.of(cells.values().stream().map(c -> c.moments(metric)).toList()));
    Group control = group(metric, cells.get(mapping.control()), cuped);
    for (var cell : cells.entrySet()) {
      if (!cell.getKey().equals(mapping.control())) {
        Group variant = group(metric, cell.getValue(), cuped);
        results.add(result(its, cell.getKey(), segment, variant, control, cuped));
      }
    }
    return results;
  }

  private Group group(int metric, VariantSums cell, Optional<Cuped> cuped) {
    TableMetric its = mapping.metrics().get(metric);
    Moments moments = cell.moments(metric);
    return switch (its.kind()) {
      case MEAN, PROPORTION ->
          cuped.map(c -> c.adjusted(moments)).orElseGet(() -> Estimates.mean(moments));
      case RATIO -> Estimates.ratio(moments);
      case QUANTILE -> Quantile.of(cell.sorted(metric), its.quantile(), rules.alpha()).group();
    };
  }

  private MetricResult result(
      TableMetric metric,
      String variant,
      String segment,
      Group group,
      Group control,
      Optional<Cuped> cuped) {
    Comparison comparison = Comparison.of(group, control, rules.alpha());
    double statistic = comparison.t();
    double p = comparison.p();
    if (metric.kind() == Kind.PROPORTION && cuped.isEmpty()) {
      var shares = ProportionTest.of(group, control);
      statistic = shares.z();
      p = shares.p();
    }
    var interval = rules.interval();
    double error = comparison.relativeStandardError();
    return new MetricResult(
        metric,
        variant,
        mapping.control(),
        segment,
        comparison,
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
                NonInferiority.of(group, control, metric.direction(), metric.margin(), interval))
            : Optional.empty(),
        cuped);
  }
}
