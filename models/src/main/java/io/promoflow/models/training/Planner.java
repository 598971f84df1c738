package io.promoflow.models.training;

import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.trainer.Curvature;
import io.promoflow.models.trainer.Imputation;
import io.promoflow.models.trainer.Preparation;
import io.promoflow.models.trainer.RawTable;
import io.promoflow.models.trainer.Sample;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Decides which features are worth fitting on: a constant one has no scale to divide by. */
final class Planner {
  private static final long SEEDS_APART = 1_000;

  private final List<TrainingExample> rows;
  private final TrainingRules rules;

  Planner(List<TrainingExample> rows, TrainingRules rules) {
    this.rows = rows;
    this.rules = rules;
  }

  /** Numeric features that match a pattern and differ between rows, alphabetically. */
  List<String> numeric(List<String> patterns) {
    return candidates(TrainingExample::values, patterns).stream().filter(this::varies).toList();
  }

  /** Categorical features that match a pattern and differ between rows, alphabetically. */
  List<String> categorical(List<String> patterns) {
    return candidates(TrainingExample::categories, patterns).stream()
        .filter(
            name ->
                rows.stream()
                        .map(row -> String.valueOf(row.categories().get(name)))
                        .distinct()
                        .count()
                    > 1)
        .toList();
  }

  private Collection<String> candidates(
      Function<TrainingExample, Map<String, ?>> of, List<String> patterns) {
    var matching = patterns.stream().map(Planner::pattern).toList();
    var names = new TreeSet<String>();
    rows.forEach(row -> names.addAll(of.apply(row).keySet()));
    names.removeIf(name -> matching.stream().noneMatch(p -> p.matcher(name).matches()));
    return names;
  }

  private static Pattern pattern(String wildcard) {
    return Pattern.compile(
        List.of(wildcard.split("\\*", -1)).stream()
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  /** A missing value counts as the value that stands for it: one more distinct value at most. */
  private boolean varies(String feature) {
    var counts = new HashMap<Double, Integer>();
    for (TrainingExample row : rows) {
      Double value = row.values().get(feature);
      counts.merge(value == null || !Double.isFinite(value) ? Double.NaN : value, 1, Integer::sum);
    }
    long distinct = counts.keySet().stream().filter(value -> !value.isNaN()).count();
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return distinct > 1 && most <= rules.nearlyConstant() * rows.size();
  }

  /**
   * The tries at a segmentation. More segments than distinct rows leave some empty, so no more are
   * tried.
   *
   * @param attempt 0 for the first; later ones start elsewhere
   */
  FitPlan.Segments segments(List<String> features, int attempt) {
    int distinct = distinctRows(features);
    long first = rules.seed() + attempt * SEEDS_APART;
    return new FitPlan.Segments(
        features,
        rules.segments().ks().stream().filter(k -> k <= distinct).toList(),
        LongStream.range(first, first + rules.segments().starts()).boxed().toList(),
        rules.segments().iterations());
  }

  private int distinctRows(List<String> features) {
    int most = rules.segments().ks().stream().mapToInt(Integer::intValue).max().orElse(0);
    var distinct = new HashSet<List<Double>>();
    for (TrainingExample row : rows) {
      distinct.add(features.stream().map(f -> row.values().getOrDefault(f, Double.NaN)).toList());
      if (distinct.size() >= most) {
        return most;
      }
    }
    return distinct.size();
  }

  FitPlan.Propensity propensity(List<String> features, List<String> categories) {
    var wanted = rules.propensity();
    double steepest = steepest(features, categories, wanted.maxCategories());
    return new FitPlan.Propensity(
        features,
        categories,
        wanted.maxCategories(),
        wanted.learningRate() > 0
            ? wanted.learningRate()
            : Curvature.safeStep(Curvature.LOGISTIC, steepest),
        Math.sqrt(steepest),
        wanted.iterations(),
        wanted.batchSize() > 0 ? wanted.batchSize() : rows.size(),
        wanted.l2());
  }

  private double steepest(List<String> features, List<String> categories, int mostLevels) {
    RawTable table = RawTable.of(rows, features, categories);
    Sample prepared =
        Sample.of(
            Preparation.fit(table, new Preparation.Rules(Imputation.MEAN, mostLevels, true))
                .apply(table));
    return Curvature.largestEigenvalue(prepared.rows(), prepared.weights());
  }
}
