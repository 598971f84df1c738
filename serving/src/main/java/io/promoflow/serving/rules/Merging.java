package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.Buckets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts a rule file over live rules without undoing what adjustments have learned: weights, status
 * and budgets that the file states just as the file before it did stay as they are live; what a
 * person changed in the file counts.
 */
final class Merging {
  private Merging() {}

  static List<Experiment> merge(
      List<Experiment> file, List<Experiment> fileBefore, List<Experiment> live) {
    Map<String, Experiment> before = byId(fileBefore);
    Map<String, Experiment> current = byId(live);
    return file.stream()
        .map(
            written ->
                before.containsKey(written.id()) && current.containsKey(written.id())
                    ? merge(written, before.get(written.id()), current.get(written.id()))
                    : written)
        .toList();
  }

  /** Promotions of a file with the budgets that they have live. */
  static List<Promotion> budgets(
      List<Promotion> file, List<Promotion> fileBefore, List<Promotion> live) {
    Map<String, Long> before = budgets(fileBefore);
    Map<String, Long> current = budgets(live);
    return file.stream()
        .map(
            written ->
                written.budgetCents() != null
                        && written.budgetCents().equals(before.get(written.id()))
                        && current.containsKey(written.id())
                    ? written.withBudgetCents(current.get(written.id()))
                    : written)
        .toList();
  }

  private static Map<String, Long> budgets(List<Promotion> promotions) {
    return promotions.stream()
        .filter(promotion -> promotion.budgetCents() != null)
        .collect(Collectors.toMap(Promotion::id, Promotion::budgetCents));
  }

  private static Experiment merge(Experiment written, Experiment before, Experiment live) {
    boolean sameWeights =
        written.salt().equals(before.salt())
            && weights(written).equals(weights(before))
            && weights(written).keySet().equals(weights(live).keySet());
    boolean sameStatus = written.status() == before.status();
    Experiment weighted =
        sameWeights
            ? Adjusting.with(
                written,
                reweighted(written, live),
                live.segmentWeights(),
                written.status(),
                moved(live, written, weights(live)))
            : rewritten(written, live);
    return sameStatus
        ? Adjusting.with(weighted, weighted.variants(), weighted.segmentWeights(), live.status())
        : weighted;
  }

  /** Weights that a person has changed move the fewest shoppers, too; another salt draws anew. */
  private static Experiment rewritten(Experiment written, Experiment live) {
    return written.salt().equals(live.salt())
        ? Adjusting.with(
            written,
            written.variants(),
            written.segmentWeights(),
            written.status(),
            moved(live, written, weights(written)))
        : written;
  }

  private static List<Experiment.Bucket> moved(
      Experiment live, Experiment written, Map<String, Double> weights) {
    return Buckets.recorded(Buckets.of(live, null), written, weights);
  }

  private static List<Variant> reweighted(Experiment written, Experiment live) {
    Map<String, Double> weights = weights(live);
    return written.variants().stream()
        .map(v -> new Variant(v.id(), v.control(), weights.get(v.id()), v.promotions()))
        .toList();
  }

  private static Map<String, Double> weights(Experiment experiment) {
    return Adjusting.weights(experiment, null);
  }

  private static Map<String, Experiment> byId(List<Experiment> experiments) {
    return experiments.stream().collect(Collectors.toMap(Experiment::id, Function.identity()));
  }
}
