package io.promoflow.evaluation.offline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields that a report has of factors. */
final class FactorReport {
  private FactorReport() {}

  static List<Map<String, Object>> factors(EvaluationMapping mapping, Factorial factorial) {
    return mapping.factors().stream()
        .map(
            factor -> {
              Map<String, Object> fields = new LinkedHashMap<>();
              fields.put("column", factor.column());
              fields.put("control", factor.control());
              fields.put("levels", factorial.levels().get(factor.column()));
              return fields;
            })
        .toList();
  }

  static Map<String, Object> fields(Interaction one) {
    var its = one.contrast();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("metric", one.metric().name());
    fields.put("kind", EvaluationReport.name(one.metric().kind()));
    fields.put("role", EvaluationReport.name(one.metric().role()));
    fields.put("factors", one.factors());
    fields.put("first", one.first());
    fields.put("second", one.second());
    fields.put("units", its.units());
    EvaluationReport.put(fields, "difference", its.estimate());
    EvaluationReport.put(fields, "standardError", its.standardError());
    EvaluationReport.put(fields, "low", its.low());
    EvaluationReport.put(fields, "high", its.high());
    EvaluationReport.put(fields, "alwaysValidLow", one.alwaysValidLow());
    EvaluationReport.put(fields, "alwaysValidHigh", one.alwaysValidHigh());
    fields.put("test", "welch t");
    EvaluationReport.put(fields, "statistic", its.t());
    EvaluationReport.put(fields, "degreesOfFreedom", its.degreesOfFreedom());
    EvaluationReport.put(fields, "p", its.p());
    EvaluationReport.put(fields, "alwaysValidP", one.alwaysValidP());
    EvaluationReport.put(fields, "adjustedP", one.adjustedP());
    return fields;
  }

  static Map<String, Object> fields(Verdict.OfFactor one) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("factor", one.factor());
    fields.put("code", one.code().name());
    fields.put("readAlone", one.alone());
    fields.put("sentence", one.sentence());
    fields.put("reasons", one.reasons());
    return fields;
  }
}
