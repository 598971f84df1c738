package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.inference.Contrast;
import io.promoflow.evaluation.offline.EvaluationMapping.Rules;
import io.promoflow.evaluation.offline.FactorialDesign.Crossing;
import io.promoflow.evaluation.offline.TableMetric.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an experiment of several factors tells beside their main effects.
 *
 * @param levels by factor's column, the control first
 * @param interactions of each pair of factors, over everybody; the primary metric first
 * @param combinations each against that of all controls, over everybody
 */
public record Factorial(
    Map<String, List<String>> levels,
    List<Interaction> interactions,
    List<MetricResult> combinations) {

  static Factorial of(EvaluationMapping mapping, ExperimentSums sums, FactorialDesign design) {
    var levels = new LinkedHashMap<String, List<String>>();
    design.factors().forEach(factor -> levels.put(factor.column(), design.levels(factor)));
    return new Factorial(
        levels,
        interactions(mapping, sums, design),
        new Results(mapping, sums, Design.against(mapping.control())).everybody());
  }

  private static List<Interaction> interactions(
      EvaluationMapping mapping, ExperimentSums sums, FactorialDesign design) {
    var primary = new ArrayList<Interaction>();
    var others = new ArrayList<Interaction>();
    for (int m = 0; m < mapping.metrics().size(); m++) {
      TableMetric metric = mapping.metrics().get(m);
      var groups = MetricGroups.of(mapping, m, sums.of(ExperimentSums.ALL));
      for (Crossing crossing : design.crossings()) {
        (metric.role() == Role.PRIMARY ? primary : others)
            .add(interaction(metric, crossing, groups, mapping.rules()));
      }
    }
    var all = adjusted(primary, mapping.rules());
    all.addAll(adjusted(others, mapping.rules()));
    return all;
  }

  private static Interaction interaction(
      TableMetric metric, Crossing crossing, MetricGroups groups, Rules rules) {
    double[] weights =
        crossing.weights().values().stream().mapToDouble(Double::doubleValue).toArray();
    var contrast = Contrast.of(groups.of(crossing.weights().keySet()), weights, rules.alpha());
    var interval = rules.interval();
    boolean varies = contrast.hasError();
    return new Interaction(
        metric,
        crossing.factors().stream().map(Factor::column).toList(),
        crossing.first(),
        crossing.second(),
        contrast,
        varies ? interval.multiplier(contrast.units()) * contrast.standardError() : Double.NaN,
        varies
            ? Math.min(1, Math.exp(-interval.logEvidence(contrast.units(), contrast.t())))
            : Double.NaN,
        Double.NaN);
  }

  private static List<Interaction> adjusted(List<Interaction> family, Rules rules) {
    double[] p = family.stream().mapToDouble(one -> one.decidingP(rules.looks())).toArray();
    double[] adjusted = rules.correction().adjusted(p);
    var interactions = new ArrayList<Interaction>();
    for (int i = 0; i < adjusted.length; i++) {
      interactions.add(family.get(i).adjusted(adjusted[i]));
    }
    return interactions;
  }
}
