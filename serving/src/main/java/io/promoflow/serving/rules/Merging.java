package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.serving.Buckets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts experiments of a rule file over live ones without undoing what adjustments have learned:
 * weights and status that the file states just as the file before it did stay as they are live;
 * what a person changed in the file counts. Of budgets see {@link MovedBudgets}.
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

  private static Experiment merge(Experiment written, Experiment before, Experiment live) {
    boolean sameWeights =
        written.salt().equals(before.salt())
            && weights(written).equals(weights(before))
            && weights(written).keySet().equals(weights(live).keySet());
    boolean sameStatus = written.status() == before.status();
    Experiment weighted =
        sameWeights
            ? written
                .withVariants(reweighted(written, live))
                .withSegmentWeights(segments(written, live))
                .withBuckets(moved(live, written, null, weights(live)))
            : rewritten(written, live);
    return sameStatus ? weighted.withStatus(live.status()) : weighted;
  }

  /** Weights that a person has changed move the fewest shoppers, too; another salt draws anew. */
  private static Experiment rewritten(Experiment written, Experiment live) {
    return written.salt().equals(live.salt())
        ? written.withBuckets(moved(live, written, null, weights(written)))
        : written;
  }

  private static List<Experiment.Bucket> moved(
      Experiment live, Experiment written, String segment, Map<String, Double> weights) {
    return Buckets.recorded(Buckets.of(live, segment), written, weights);
  }

  /** Written in another order, variants lie elsewhere than side by side in segments, too. */
  private static List<SegmentWeights> segments(Experiment written, Experiment live) {
    return live.segmentWeights().stream()
        .map(
            own ->
                new SegmentWeights(
                    own.segment(),
                    own.weights(),
                    moved(live, written, own.segment(), own.weights())))
        .toList();
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
