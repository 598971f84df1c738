package io.promoflow.evaluation.offline;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An experiment that was evaluated from a table.
 *
 * @param mapping by which it was read
 * @param units that were compared
 * @param days from the first to the last; 0 without a time
 * @param contaminated units with rows of several variants
 * @param withoutVariant rows that were left out
 * @param ratios sample ratios, everybody first
 * @param results everybody first, the primary metric before the others; of factors: main effects
 * @param factorial what factors tell beside; empty without factors
 * @param plans for the primary metric, per variant
 * @param overTime of the primary metric, day by day; empty without a time
 * @param verdict what to do
 */
public record Evaluation(
    EvaluationMapping mapping,
    long units,
    long days,
    long contaminated,
    long withoutVariant,
    List<SampleRatioResult> ratios,
    List<MetricResult> results,
    Optional<Factorial> factorial,
    List<Plan> plans,
    List<TimePoint> overTime,
    Verdict verdict) {

  /**
   * Reads a CSV file (plain or gzip) and evaluates it.
   *
   * @throws io.promoflow.ingestion.replay.MappingException when the file is not what the mapping
   *     says
   */
  public static Evaluation of(EvaluationMapping mapping, Path file) throws IOException {
    TableRead read = TableReader.read(mapping, file);
    ExperimentSums sums = read.sums();
    var comparing = new Results(mapping, sums, read.design());
    List<SampleRatioResult> ratios = new SampleRatios(mapping, sums).check();
    List<MetricResult> results = comparing.all();
    List<Plan> plans =
        results.stream()
            .filter(r -> r.segment().equals(ExperimentSums.ALL))
            .filter(r -> r.metric().role() == TableMetric.Role.PRIMARY)
            .map(r -> Plan.of(r, mapping.rules(), sums.days()))
            .filter(Objects::nonNull)
            .toList();
    Optional<Factorial> factorial =
        read.design() instanceof FactorialDesign design
            ? Optional.of(Factorial.of(mapping, sums, design))
            : Optional.empty();
    var judge = new Judge(mapping, ratios, results, plans);
    return new Evaluation(
        mapping,
        sums.units(),
        sums.days(),
        read.contaminated(),
        read.withoutVariant(),
        ratios,
        results,
        factorial,
        plans,
        overTime(mapping, sums, comparing),
        factorial
            .map(its -> new FactorJudge(mapping, judge, its).judge(sums.days()))
            .orElseGet(() -> judge.judge(sums.days())));
  }

  private static List<TimePoint> overTime(
      EvaluationMapping mapping, ExperimentSums sums, Results comparing) {
    int primary = mapping.metrics().indexOf(mapping.primary());
    var points = new ArrayList<TimePoint>();
    var soFar = new TreeMap<String, VariantSums>();
    for (Map.Entry<LocalDate, Map<String, VariantSums>> day : sums.byDay().entrySet()) {
      day.getValue()
          .forEach(
              (variant, its) ->
                  soFar
                      .computeIfAbsent(variant, key -> new VariantSums(mapping.metrics()))
                      .add(its));
      comparing
          .compare(primary, soFar, ExperimentSums.ALL)
          .forEach(result -> points.add(new TimePoint(day.getKey(), result)));
    }
    return points;
  }
}
