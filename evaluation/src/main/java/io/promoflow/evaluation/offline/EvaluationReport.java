package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Comparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An evaluation as fields with names that stay; what is undefined is left out. */
public final class EvaluationReport {
  private EvaluationReport() {}

  /** For JSON: maps, lists, texts, booleans and finite numbers only. */
  public static Map<String, Object> fields(Evaluation evaluation) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("mapping", evaluation.mapping().name());
    fields.put("units", evaluation.units());
    if (evaluation.days() > 0) {
      fields.put("days", evaluation.days());
    }
    fields.put("contaminatedUnits", evaluation.contaminated());
    fields.put("rowsWithoutVariant", evaluation.withoutVariant());
    fields.put("variants", variants(evaluation));
    fields.put("sampleRatio", sampleRatio(evaluation.ratios()));
    fields.put("looks", name(evaluation.mapping().rules().looks()));
    fields.put("alpha", evaluation.mapping().rules().alpha());
    fields.put("correction", name(evaluation.mapping().rules().correction()));
    var interval = evaluation.mapping().rules().interval();
    fields.put("results", evaluation.results().stream().map(r -> result(r, interval)).toList());
    evaluation
        .factorial()
        .ifPresent(
            its -> {
              fields.put("factors", FactorReport.factors(evaluation.mapping(), its));
              fields.put(
                  "interactions", its.interactions().stream().map(FactorReport::fields).toList());
              fields.put(
                  "combinations",
                  its.combinations().stream().map(r -> result(r, interval)).toList());
            });
    fields.put("plan", evaluation.plans().stream().map(EvaluationReport::plan).toList());
    if (!evaluation.overTime().isEmpty()) {
      fields.put("overTime", evaluation.overTime().stream().map(EvaluationReport::point).toList());
    }
    fields.put("verdict", verdict(evaluation.verdict()));
    return fields;
  }

  private static List<Map<String, Object>> variants(Evaluation evaluation) {
    var variants = new ArrayList<Map<String, Object>>();
    evaluation
        .ratios()
        .get(0)
        .observed()
        .forEach(
            (name, units) -> {
              var one = new LinkedHashMap<String, Object>();
              one.put("name", name);
              one.put("units", units);
              one.put("control", name.equals(evaluation.mapping().control()));
              variants.add(one);
            });
    return variants;
  }

  private static Map<String, Object> sampleRatio(List<SampleRatioResult> ratios) {
    Map<String, Object> fields = ratio(ratios.get(0));
    fields.remove("segment");
    fields.put("ok", ratios.stream().allMatch(SampleRatioResult::ok));
    fields.put("segments", ratios.stream().skip(1).map(EvaluationReport::ratio).toList());
    return fields;
  }

  private static Map<String, Object> ratio(SampleRatioResult ratio) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("segment", ratio.segment());
    put(fields, "statistic", ratio.statistic());
    put(fields, "p", ratio.p());
    put(fields, "sequentialP", ratio.sequentialP());
    put(fields, "adjustedP", ratio.adjustedP());
    fields.put("ok", ratio.ok());
    fields.put("observed", ratio.observed());
    fields.put("expected", ratio.expected());
    return fields;
  }

  private static Map<String, Object> result(MetricResult result, AlwaysValid interval) {
    Comparison its = result.comparison();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("metric", result.metric().name());
    fields.put("kind", name(result.metric().kind()));
    fields.put("role", name(result.metric().role()));
    fields.put("variant", result.variant());
    fields.put("control", result.control());
    fields.put("segment", result.segment());
    fields.put("units", its.variant().units());
    fields.put("controlUnits", its.control().units());
    put(fields, "mean", its.variant().mean());
    put(fields, "controlMean", its.control().mean());
    put(fields, "difference", its.difference());
    put(fields, "standardError", its.standardError());
    put(fields, "low", its.low());
    put(fields, "high", its.high());
    put(fields, "alwaysValidLow", result.alwaysValidLow());
    put(fields, "alwaysValidHigh", result.alwaysValidHigh());
    fields.put("test", result.pooled() ? "pooled z" : "welch t");
    put(fields, "statistic", result.statistic());
    if (!result.pooled()) {
      put(fields, "degreesOfFreedom", its.degreesOfFreedom());
    }
    put(fields, "p", result.p());
    put(fields, "alwaysValidP", result.alwaysValidP());
    if (its.hasError()) {
      put(fields, "logEValue", interval.logEvidence(its.totalUnits(), its.t()));
    }
    put(fields, "adjustedP", result.adjustedP());
    put(fields, "relativeLift", its.relativeLift());
    put(fields, "relativeStandardError", its.relativeStandardError());
    put(fields, "relativeLow", its.relativeLow());
    put(fields, "relativeHigh", its.relativeHigh());
    int direction = result.metric().direction();
    result
        .posterior()
        .ifPresent(
            posterior -> {
              put(fields, "probabilityBetter", posterior.probabilityBetter(direction));
              put(fields, "expectedLoss", posterior.expectedLoss(direction));
            });
    result.guardrail().ifPresent(guardrail -> fields.put("guardrail", guardrail(result)));
    result.cuped().ifPresent(cuped -> fields.put("cuped", cuped(result)));
    return fields;
  }

  private static Map<String, Object> guardrail(MetricResult result) {
    var its = result.guardrail().orElseThrow();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("status", its.status().name());
    fields.put("margin", result.metric().margin());
    put(fields, "slack", its.slack());
    put(fields, "slackLow", its.low());
    put(fields, "slackHigh", its.high());
    return fields;
  }

  private static Map<String, Object> cuped(MetricResult result) {
    var its = result.cuped().orElseThrow();
    var fields = new LinkedHashMap<String, Object>();
    put(fields, "theta", its.theta());
    put(fields, "varianceRatio", its.varianceRatio());
    return fields;
  }

  private static Map<String, Object> plan(Plan plan) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("variant", plan.variant());
    put(fields, "worthwhile", plan.worthwhile());
    fields.put("units", plan.units());
    put(fields, "power", plan.power());
    fields.put("unitsForOneLook", plan.unitsForOneLook());
    fields.put("unitsForAnyLooks", plan.unitsForAnyLooks());
    if (plan.daysLeft() >= 0) {
      fields.put("daysLeft", plan.daysLeft());
    }
    return fields;
  }

  private static Map<String, Object> point(TimePoint point) {
    Comparison its = point.result().comparison();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("day", point.day().toString());
    fields.put("metric", point.result().metric().name());
    fields.put("variant", point.result().variant());
    fields.put("units", its.totalUnits());
    put(fields, "difference", its.difference());
    put(fields, "low", its.low());
    put(fields, "high", its.high());
    put(fields, "alwaysValidLow", point.result().alwaysValidLow());
    put(fields, "alwaysValidHigh", point.result().alwaysValidHigh());
    return fields;
  }

  private static Map<String, Object> verdict(Verdict verdict) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("code", verdict.code().name());
    fields.put("sentence", verdict.sentence());
    fields.put("reasons", verdict.reasons());
    var variants = new ArrayList<Map<String, Object>>();
    for (Verdict.OfVariant one : verdict.variants()) {
      var its = new LinkedHashMap<String, Object>();
      its.put("variant", one.variant());
      its.put("code", one.code().name());
      its.put("reasons", one.reasons());
      variants.add(its);
    }
    fields.put("variants", variants);
    if (!verdict.factors().isEmpty()) {
      fields.put("factors", verdict.factors().stream().map(FactorReport::fields).toList());
    }
    return fields;
  }

  static void put(Map<String, Object> fields, String name, double value) {
    if (Double.isFinite(value)) {
      fields.put(name, value);
    }
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
