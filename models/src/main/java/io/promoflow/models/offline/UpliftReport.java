package io.promoflow.models.offline;

import io.promoflow.models.uplift.AverageEffect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a learner of uplift found, as fields with names that stay; see the README. */
record UpliftReport(UpliftTraining training, Rows rows, List<UpliftTraining.Arm> arms) {

  Map<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("trainer", training.learner().name());
    fields.put("task", "UPLIFT");
    fields.put(
        "settings", Map.of("margin", training.terms().margin(), "cost", training.terms().cost()));
    fields.put("rows", rows.size());
    fields.put("withoutLabel", rows.unlabelled());
    fields.put("badValues", rows.badValues());
    fields.put("metrics", metrics());
    fields.put(
        "validation",
        "learnt on one half of the trial, measured on the other, drawn by the number of the row,"
            + " seed "
            + training.seed());
    fields.put("arms", arms.stream().map(UpliftReport::arm).toList());
    return fields;
  }

  /** Of several arms each by its name. */
  private Map<String, Double> metrics() {
    var metrics = new LinkedHashMap<String, Double>();
    for (UpliftTraining.Arm arm : arms) {
      arm.metrics()
          .forEach(
              (name, value) -> {
                if (Double.isFinite(value)) {
                  metrics.put(arms.size() == 1 ? name : arm.kind() + ": " + name, value);
                }
              });
    }
    return metrics;
  }

  private static Map<String, Object> arm(UpliftTraining.Arm arm) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("kind", arm.kind());
    fields.put("allRows", effect(arm.effect()));
    var groups = new ArrayList<Map<String, Object>>();
    for (UpliftTraining.Group group : arm.groups()) {
      var one = new LinkedHashMap<String, Object>();
      one.put("column", group.column());
      one.put("value", group.value());
      one.put("predictedUplift", group.predicted());
      one.put("observed", effect(group.observed()));
      groups.add(one);
    }
    fields.put("groups", groups);
    return fields;
  }

  private static Map<String, Object> effect(AverageEffect effect) {
    var fields = new LinkedHashMap<String, Object>();
    if (Double.isFinite(effect.effect())) {
      fields.put("effect", effect.effect());
    }
    if (Double.isFinite(effect.standardError())) {
      fields.put("standardError", effect.standardError());
    }
    fields.put("treated", effect.treated());
    fields.put("control", effect.control());
    return fields;
  }

  /** As a person reads it. */
  String text() {
    var out = new StringBuilder();
    line(out, "%s on %,d rows", training.learner().name(), rows.size());
    line(out, "%s", fields().get("validation"));
    for (UpliftTraining.Arm arm : arms) {
      line(
          out,
          "%n%s, all rows: %+.5f, standard error %.5f",
          arm.kind(),
          arm.effect().effect(),
          arm.effect().standardError());
      arm.metrics().forEach((name, value) -> line(out, "  %-28s %10.5f", name, value));
      line(out, "  uplift by group: predicted, observed, standard error");
      for (UpliftTraining.Group group : arm.groups()) {
        line(
            out,
            "    %-26s %+10.5f %+10.5f %10.5f",
            group.column() + "=" + group.value(),
            group.predicted(),
            group.observed().effect(),
            group.observed().standardError());
      }
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
