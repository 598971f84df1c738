package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.CalinskiHarabasz;
import io.promoflow.models.ModelGuard;
import io.promoflow.models.Scorer;
import io.promoflow.models.SegmentMatcher;
import io.promoflow.models.Silhouette;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Parameters;
import io.promoflow.models.trainer.Preparation;
import io.promoflow.models.trainer.Trainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Lets trainers compete for the segmentation of a window. Of each trainer's many tries bad ones are
 * dropped, per number of segments the tightest is kept, and among the numbers the best separated is
 * chosen.
 */
final class SegmentTraining {
  static final String NAME = "segments";
  static final String SILHOUETTE = "silhouette";

  /** A silhouette moves about five times as much as a log loss between equally good models. */
  private static final double SLACK_PER_TOLERANCE = 5;

  private final TrainingWindow window;
  private final TrainingRules rules;
  private final Contestants contestants;
  private final Champions champions;
  private final Judgement judgement;
  private final Preparation inputs;
  private final SegmentTries tries;
  private final double[][] fitted;
  private final double[][] heldOut;

  private SegmentTraining(
      TrainingWindow window,
      TrainingRules rules,
      Contestants contestants,
      Champions champions,
      Preparation inputs,
      List<Integer> ks) {
    this.window = window;
    this.rules = rules;
    this.contestants = contestants;
    this.champions = champions;
    this.judgement = new Judgement(window, NAME);
    this.inputs = inputs;
    Matrix rows = Vectors.of(inputs, window.fitted());
    this.fitted = rows(rows);
    this.heldOut = rows(Vectors.of(inputs, window.heldOut()));
    Optional<Parameters> start =
        rules.warmStart() ? WarmStart.of(champions.segments(), inputs) : Optional.empty();
    this.tries = new SegmentTries(rows, ks, rules, contestants, start);
  }

  static TrainingResult train(
      TrainingWindow window, TrainingRules rules, Contestants contestants, Champions champions)
      throws InterruptedException {
    var planner = new Planner(window.fitted(), rules);
    List<String> features = planner.numeric(rules.segments().features());
    if (features.isEmpty()) {
      return new Judgement(window, NAME).refused("no numeric feature differs between rows");
    }
    List<Integer> ks = planner.segmentCounts(features);
    if (ks.isEmpty()) {
      return new Judgement(window, NAME).refused("fewer distinct rows than segments");
    }
    Preparation inputs = Vectors.learn(window.fitted(), features, List.of(), 0, rules);
    return new SegmentTraining(window, rules, contestants, champions, inputs, ks).compete();
  }

  private static double[][] rows(Matrix matrix) {
    return IntStream.range(0, matrix.rows()).mapToObj(matrix::row).toArray(double[][]::new);
  }

  private TrainingResult compete() throws InterruptedException {
    var trials = new ArrayList<Trial>();
    for (Trainer trainer : contestants.segments()) {
      trials.add(trial(trainer));
    }
    var contest = new Contest(SILHOUETTE, false, trials);
    return contest
        .winningModel()
        .map(model -> judgement.of(model, comparison(model), contest))
        .orElseGet(() -> judgement.refused("no try was usable", contest));
  }

  private Trial trial(Trainer trainer) throws InterruptedException {
    long began = System.nanoTime();
    var refusals = new ArrayList<String>();
    var perK = new TreeMap<Integer, Candidate>();
    for (double[][] centroids : tries.of(trainer, refusals)) {
      candidate(centroids, refusals)
          .ifPresent(c -> perK.merge(c.k(), c, (a, b) -> b.inertia() < a.inertia() ? b : a));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    if (perK.isEmpty()) {
      return Trial.refused(
          trainer.name(), String.join("; ", refusals.stream().distinct().toList()), took);
    }
    perK.replaceAll((k, c) -> separated(c));
    return Trial.of(trainer.name(), model(trainer.name(), Candidate.best(perK), perK), took);
  }

  private Optional<Candidate> candidate(double[][] centroids, List<String> refusals) {
    String which = "k=" + centroids.length + ": ";
    Optional<String> wrong = ModelGuard.centroids(centroids, inputs.width());
    if (wrong.isPresent()) {
      refusals.add(which + wrong.get());
      return Optional.empty();
    }
    int[] labels = labels(fitted, centroids);
    int smallest = IntStream.of(sizes(labels, centroids.length)).min().orElse(0);
    if (smallest == 0 || smallest < rules.segments().minimumShare() * fitted.length) {
      refusals.add(which + "a segment has only " + smallest + " of " + fitted.length + " rows");
      return Optional.empty();
    }
    return Optional.of(new Candidate(centroids, labels, inertia(fitted, centroids, labels), 0, 0));
  }

  /** The same with its measures of separation, which take longer. */
  private Candidate separated(Candidate c) {
    return new Candidate(
        c.centroids(),
        c.labels(),
        c.inertia(),
        silhouette(fitted, c.labels()),
        CalinskiHarabasz.of(fitted, c.labels()));
  }

  private static int[] labels(double[][] rows, double[][] centroids) {
    return Arrays.stream(rows).mapToInt(row -> Scorer.nearest(centroids, row)).toArray();
  }

  private static int[] sizes(int[] labels, int k) {
    var sizes = new int[k];
    Arrays.stream(labels).forEach(label -> sizes[label]++);
    return sizes;
  }

  private static double inertia(double[][] rows, double[][] centroids, int[] labels) {
    double sum = 0;
    for (int i = 0; i < rows.length; i++) {
      sum += Scorer.squaredDistance(rows[i], centroids[labels[i]]);
    }
    return sum;
  }

  private double silhouette(double[][] rows, int[] labels) {
    return Silhouette.sampled(rows, labels, rules.silhouetteRows(), rules.seed());
  }

  private ModelVersion model(
      String trainer, Candidate best, NavigableMap<Integer, Candidate> perK) {
    double[][] centroids = largestFirst(best);
    var metrics = new TreeMap<>(Candidate.comparison(perK));
    metrics.put(SILHOUETTE, silhouette(heldOut, labels(heldOut, centroids)));
    metrics.put("calinskiHarabasz", best.calinskiHarabasz());
    metrics.put("segments", (double) best.k());
    metrics.put("inertiaPerRow", best.inertia() / best.labels().length);
    var versions =
        Versions.of(NAME, trainer, window, inputs, Parameters.kmeans(centroids), metrics);
    ModelVersion unnamed = versions.named(SegmentMatcher.fresh(best.k(), List.of()), null);
    return versions.named(ids(unnamed), new SegmentTitles().of(unnamed));
  }

  private Comparison comparison(ModelVersion challenger) {
    return new Comparison(
        SILHOUETTE,
        challenger.metrics().get(SILHOUETTE),
        false,
        0,
        "one segment for all",
        champions.segments().map(ModelVersion::version),
        champions.segments().map(this::championMetrics).orElse(Map.of()),
        SLACK_PER_TOLERANCE * rules.tolerance());
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
  private Map<String, Double> championMetrics(ModelVersion champion) {
    Scorer scorer = Scorer.of(champion);
    int[] labels =
        window.heldOut().stream().mapToInt(row -> segmentOf(row, scorer, champion)).toArray();
    return Map.of(SILHOUETTE, silhouette(heldOut, labels));
  }

  private static int segmentOf(TrainingExample row, Scorer scorer, ModelVersion champion) {
    return champion.segments().indexOf(scorer.segment(row.values(), row.categories()));
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
}
