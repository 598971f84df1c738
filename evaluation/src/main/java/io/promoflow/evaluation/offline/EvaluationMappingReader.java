package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.inference.MultipleTests;
import io.promoflow.evaluation.offline.EvaluationMapping.Looks;
import io.promoflow.evaluation.offline.EvaluationMapping.RowMeaning;
import io.promoflow.evaluation.offline.EvaluationMapping.Rules;
import io.promoflow.evaluation.offline.TableMetric.Role;
import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.ingestion.yaml.Block;
import io.promoflow.ingestion.yaml.Problem;
import io.promoflow.ingestion.yaml.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a mapping and collects everything that is wrong with it before refusing. */
final class EvaluationMappingReader {
  private static final double MOST_UNITS = 1e12;
  private static final long MOST_DAYS = 3_650;

  private static final List<String> KEYS =
      List.of(
          "name",
          "description",
          "delimiter",
          "missing",
          "unit",
          "units",
          "variant",
          "control",
          "weights",
          "factors",
          "metrics",
          "segments",
          "time",
          "looks",
          "alpha",
          "correction",
          "optimalUnits",
          "sampleRatioAlpha",
          "concentration",
          "minimumUnits",
          "minimumDays",
          "worthwhile",
          "power",
          "priorLift");

  private final String origin;

  EvaluationMappingReader(String origin) {
    this.origin = origin;
  }

  EvaluationMapping read(String yaml) {
    var problems =
        new Problems(
            origin, found -> new MappingException(found.stream().map(Problem::toString).toList()));
    Block file = problems.read(yaml, KEYS);
    List<Factor> factors = new FactorsReader(file).read();
    boolean factorial = file.has("factors");
    var mapping =
        new EvaluationMapping(
            file.has("name") ? file.requiredText("name") : origin,
            file.has("description") ? file.requiredText("description").strip() : "",
            delimiter(file),
            Set.copyOf(new HashSet<>(file.textOrTexts("missing"))),
            rows(file),
            factorial ? columns(factors) : file.requiredText("variant"),
            factorial ? controls(factors) : file.requiredText("control"),
            factorial ? FactorsReader.weights(factors) : weights(file),
            factors,
            metrics(file),
            file.textOrTexts("segments"),
            Optional.ofNullable(file.text("time")),
            rules(file));
    together(file, mapping);
    problems.refuseIfAny();
    return mapping;
  }

  private static String columns(List<Factor> factors) {
    return String.join(" × ", factors.stream().map(Factor::column).toList());
  }

  private static String controls(List<Factor> factors) {
    return Factor.combination(factors, factors.stream().map(Factor::control).toList());
  }

  private static char delimiter(Block file) {
    String delimiter = file.has("delimiter") ? file.requiredText("delimiter") : ",";
    if (delimiter.length() != 1) {
      file.problem("delimiter", "must be one character", delimiter);
      return ',';
    }
    return delimiter.charAt(0);
  }

  private static RowMeaning rows(Block file) {
    if (file.has("unit") && file.has("units")) {
      file.problem("units", "must not be given together with unit", file.text("units"));
    }
    return new RowMeaning(
        Optional.ofNullable(file.text("unit")), Optional.ofNullable(file.text("units")));
  }

  private static Map<String, Double> weights(Block file) {
    var weights = new LinkedHashMap<String, Double>();
    for (Block entry : file.blocks("weights", List.of("variant", "weight"))) {
      String variant = entry.requiredText("variant");
      Double weight = entry.number("weight", 0, MOST_UNITS);
      if (weight == null && !entry.has("weight")) {
        entry.problem("weight", "must be given", null);
      }
      if (weights.put(variant, weight == null ? 1 : weight) != null) {
        entry.problem("variant", "must not be given twice", variant);
      }
    }
    if (!weights.isEmpty() && weights.values().stream().mapToDouble(w -> w).sum() <= 0) {
      file.problem("weights", "must not all be 0", null);
    }
    return weights;
  }

  private static List<TableMetric> metrics(Block file) {
    boolean aggregate = file.has("units");
    var metrics = new ArrayList<TableMetric>();
    for (Block entry : file.blocks("metrics", MetricReader.KEYS)) {
      metrics.add(new MetricReader(entry, aggregate).read());
    }
    if (metrics.isEmpty()) {
      file.problem("metrics", "must list at least one metric", null);
    }
    return List.copyOf(metrics);
  }

  private static Rules rules(Block file) {
    return new Rules(
        file.has("looks") ? file.constant("looks", Looks.class) : Looks.ANYTIME,
        number(file, "alpha", 0.05, 1e-6, 0.49),
        file.has("correction")
            ? file.constant("correction", MultipleTests.class)
            : MultipleTests.HOLM,
        number(file, "optimalUnits", 1_000, 1, MOST_UNITS),
        number(file, "sampleRatioAlpha", 0.01, 1e-9, 0.5),
        number(file, "concentration", 1_000, 0.001, MOST_UNITS),
        whole(file, "minimumUnits", 100, 2, (long) MOST_UNITS),
        whole(file, "minimumDays", 7, 1, MOST_DAYS),
        number(file, "worthwhile", 0.02, 1e-6, 10),
        number(file, "power", 0.8, 0.01, 0.9999),
        number(file, "priorLift", 0.1, 1e-6, 10));
  }

  private static double number(Block file, String key, double other, double least, double most) {
    Double value = file.number(key, least, most);
    return value == null ? other : value;
  }

  private static long whole(Block file, String key, long other, long least, long most) {
    Long value = file.whole(key, least, most);
    return value == null ? other : value;
  }

  private static void together(Block file, EvaluationMapping mapping) {
    var names = new HashSet<String>();
    for (TableMetric metric : mapping.metrics()) {
      if (!names.add(metric.name())) {
        file.problem("metrics", "must not name a metric twice", metric.name());
      }
    }
    List<String> primaries =
        mapping.metrics().stream()
            .filter(metric -> metric.role() == Role.PRIMARY)
            .map(TableMetric::name)
            .toList();
    if (primaries.size() != 1 && !mapping.metrics().isEmpty()) {
      file.problem("metrics", "must have exactly one with role primary", primaries);
    }
    if (!mapping.weights().isEmpty() && !mapping.weights().containsKey(mapping.control())) {
      file.problem("weights", "must have the control", mapping.control());
    }
    if (mapping.time().isEmpty() && file.has("minimumDays")) {
      file.problem("minimumDays", "needs a time", mapping.rules().minimumDays());
    }
    if (mapping.segments().contains(mapping.variant())) {
      file.problem("segments", "must not name the column of the variant", mapping.variant());
    }
    mapping.factors().stream()
        .map(Factor::column)
        .filter(mapping.segments()::contains)
        .forEach(column -> file.problem("segments", "must not name a factor", column));
  }
}
