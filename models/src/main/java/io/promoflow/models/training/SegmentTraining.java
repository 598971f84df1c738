package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.ModelGuard;
import io.promoflow.models.Scorer;
import io.promoflow.models.SegmentMatcher;
import io.promoflow.models.Silhouette;
import io.promoflow.models.training.Fits.Input;
import io.promoflow.models.training.Fits.Segmentations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Makes a segmentation out of many tries: bad ones are dropped, per number of segments the tightest
 * start is kept, and among the numbers the best separated is chosen.
 */
final class SegmentTraining {
  static final String NAME = "segments";
  static final String SILHOUETTE = "silhouette";

  /** A silhouette moves about five times as much as a log loss between equally good models. */
  private static final double SLACK_PER_TOLERANCE = 5;

  private final TrainingWindow window;
  private final TrainingRules rules;
  private final Champions champions;
  private final String trainer;
  private final List<String> refusals = new ArrayList<>();

  SegmentTraining(TrainingWindow window, TrainingRules rules, Champions champions, String trainer) {
    this.window = window;
    this.rules = rules;
    this.champions = champions;
    this.trainer = trainer;
  }

  /** A try that can be used, with what it is judged by. */
  private record Candidate(double[][] centroids, int[] labels, double inertia, double silhouette) {
    int k() {
      return centroids.length;
    }
  }

  /** The best of the tries as a result; empty when every one of them had to be dropped. */
  Optional<TrainingResult> choose(Segmentations fits, List<String> features) {
    ModelVersion blank = model(features, fits.input(), new double[][] {}, List.of(), Map.of());
    double[][] vectors = vectors(blank, window.fitted());
    var perK = new TreeMap<Integer, Candidate>();
    for (var one : fits.tries()) {
      candidate(vectors, one)
          .ifPresent(c -> perK.merge(c.k(), c, (a, b) -> b.inertia() < a.inertia() ? b : a));
    }
    return perK.values().stream()
        .map(
            c ->
                new Candidate(
                    c.centroids(), c.labels(), c.inertia(), silhouette(vectors, c.labels())))
        .peek(c -> perK.put(c.k(), c))
        .toList()
        .stream()
        .max(
            Comparator.comparingDouble(Candidate::silhouette)
                .thenComparing(Candidate::k, Comparator.reverseOrder()))
        .map(best -> result(best, perK, features, fits.input()));
  }

  /** Why tries were dropped, each reason once. */
  String refusals() {
    return String.join("; ", refusals.stream().distinct().toList());
  }

  private Optional<Candidate> candidate(double[][] vectors, Fits.Centroids one) {
    double[][] centroids = one.centroids();
    String which = "k=" + one.k() + ": ";
    Optional<String> wrong =
        centroids.length != one.k()
            ? Optional.of("only " + centroids.length + " centroids came out")
            : ModelGuard.centroids(centroids, vectors[0].length);
    if (wrong.isPresent()) {
      refusals.add(which + wrong.get());
      return Optional.empty();
    }
    int[] labels = Arrays.stream(vectors).mapToInt(v -> Scorer.nearest(centroids, v)).toArray();
    int smallest = IntStream.of(sizes(labels, one.k())).min().orElse(0);
    if (smallest == 0 || smallest < rules.segments().minimumShare() * vectors.length) {
      refusals.add(which + "a segment has only " + smallest + " of " + vectors.length + " rows");
      return Optional.empty();
    }
    return Optional.of(new Candidate(centroids, labels, inertia(vectors, centroids, labels), 0));
  }

  private static int[] sizes(int[] labels, int k) {
    var sizes = new int[k];
    Arrays.stream(labels).forEach(label -> sizes[label]++);
    return sizes;
  }

  private static double inertia(double[][] vectors, double[][] centroids, int[] labels) {
    double sum = 0;
    for (int i = 0; i < vectors.length; i++) {
      sum += Scorer.squaredDistance(vectors[i], centroids[labels[i]]);
    }
    return sum;
  }

  private double silhouette(double[][] vectors, int[] labels) {
    return Silhouette.sampled(vectors, labels, rules.silhouetteRows(), rules.seed());
  }

  private TrainingResult result(
      Candidate best, Map<Integer, Candidate> perK, List<String> features, Input input) {
    double[][] centroids = largestFirst(best);
    ModelVersion unnamed =
        model(features, input, centroids, SegmentMatcher.fresh(best.k(), List.of()), Map.of());
    List<String> ids = ids(unnamed);
    double[][] heldOut = vectors(unnamed, window.heldOut());
    double silhouette =
        silhouette(
            heldOut, Arrays.stream(heldOut).mapToInt(v -> Scorer.nearest(centroids, v)).toArray());
    var metrics = new TreeMap<String, Double>();
    metrics.put(SILHOUETTE, silhouette);
    metrics.put("segments", (double) best.k());
    metrics.put("inertiaPerRow", best.inertia() / best.labels().length);
    perK.forEach((k, c) -> metrics.put("silhouetteFitted" + k, c.silhouette()));
    var comparison =
        new Comparison(
            SILHOUETTE,
            silhouette,
            false,
            0,
            "one segment for all",
            champions.segments().map(ModelVersion::version),
            champions.segments().map(c -> championMetrics(c, heldOut)).orElse(Map.of()),
            SLACK_PER_TOLERANCE * rules.tolerance());
    return new Judgement(window, trainer, NAME)
        .of(model(features, input, centroids, ids, metrics), comparison);
  }

  private List<String> ids(ModelVersion unnamed) {
    return champions
        .segments()
        .map(
            former ->
                SegmentMatcher.match(
                    unnamed, former, champions.usedSegments(), rules.segments().reach()))
        .orElseGet(
            () -> SegmentMatcher.fresh(unnamed.centroids().length, champions.usedSegments()));
  }

  /** Both are measured in the challenger's space, each with its own segments. */
  private Map<String, Double> championMetrics(ModelVersion champion, double[][] heldOut) {
    Scorer scorer = Scorer.of(champion);
    int[] labels =
        window.heldOut().stream()
            .mapToInt(
                row -> champion.segments().indexOf(scorer.segment(row.values(), row.categories())))
            .toArray();
    return Map.of(SILHOUETTE, silhouette(heldOut, labels));
  }

  /** Largest segment first; equally large ones by their centroids. */
  private static double[][] largestFirst(Candidate best) {
    int[] sizes = sizes(best.labels(), best.k());
    var order = new ArrayList<>(IntStream.range(0, best.k()).boxed().toList());
    Collections.sort(
        order,
        Comparator.<Integer>comparingInt(c -> -sizes[c])
            .thenComparing(c -> best.centroids()[c], Arrays::compare));
    return order.stream().map(c -> best.centroids()[c]).toArray(double[][]::new);
  }

  private static double[][] vectors(ModelVersion model, List<TrainingExample> rows) {
    return rows.stream()
        .map(row -> Scorer.vector(model, row.values(), row.categories()))
        .toArray(double[][]::new);
  }

  private ModelVersion model(
      List<String> features,
      Input input,
      double[][] centroids,
      List<String> ids,
      Map<String, Double> metrics) {
    return new ModelVersion(
        NAME,
        TrainingResult.version(NAME, window.end()),
        ModelKind.KMEANS,
        trainer,
        window.start(),
        window.end(),
        features,
        input.imputed(),
        input.oneHots(),
        input.means(),
        input.scales(),
        centroids,
        ids,
        null,
        0,
        window.fitted().size(),
        metrics);
  }
}
