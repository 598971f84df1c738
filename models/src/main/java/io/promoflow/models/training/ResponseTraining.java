package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.ModelGuard;
import io.promoflow.models.Scorer;
import io.promoflow.models.UpliftScorer;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Parameters;
import io.promoflow.models.trainer.Preparation;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.Trainers;
import io.promoflow.models.trainer.TrainingException;
import io.promoflow.models.training.Treatments.Treatment;
import io.promoflow.models.uplift.AverageEffect;
import io.promoflow.models.uplift.GainCurve;
import io.promoflow.models.uplift.TrialSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Learns from what serving did by chance how probable an order is with each kind of promotion, and
 * with none: one model per arm, whose difference is the uplift (a T-learner, see {@link
 * io.promoflow.models.uplift.TLearner}). All arms are published together or not at all.
 */
final class ResponseTraining {
  private static final String TRAINER = "logistic-regression";
  private static final String LOG_LOSS = "logLoss";
  private static final String BASE_RATE = "the base rate of each kind";

  private final TrainingWindow window;
  private final Treatments treatments;
  private final TrainingRules rules;
  private final Map<String, ModelVersion> champions;
  private final List<String> kinds;

  private ResponseTraining(
      TrainingWindow window,
      Treatments treatments,
      TrainingRules rules,
      Map<String, ModelVersion> champions,
      List<String> kinds) {
    this.window = window;
    this.treatments = treatments;
    this.rules = rules;
    this.champions = champions;
    this.kinds = kinds;
  }

  /** One result per arm; nothing where serving logs no decisions. */
  static List<TrainingResult> train(
      TrainingWindow all, Treatments treatments, TrainingRules rules, Champions champions)
      throws InterruptedException {
    if (treatments.byExample().isEmpty()) {
      return List.of();
    }
    TrainingWindow window = treated(all, treatments);
    List<String> kinds = learnable(window, treatments, rules.minimumPerArm());
    var training = new ResponseTraining(window, treatments, rules, champions.responses(), kinds);
    return kinds.size() < 2 || !kinds.get(0).equals(UpliftScorer.NO_PROMOTION)
        ? List.of(training.tooFew())
        : training.compete();
  }

  private static TrainingWindow treated(TrainingWindow all, Treatments treatments) {
    return new TrainingWindow(
        all.start(),
        all.end(),
        treated(all.examples(), treatments),
        treated(all.fitted(), treatments),
        treated(all.heldOut(), treatments));
  }

  private static List<TrainingExample> treated(List<TrainingExample> rows, Treatments treatments) {
    return rows.stream().filter(row -> treatments.of(row).isPresent()).toList();
  }

  /** Kinds with enough rows and both outcomes in both parts; the control first. */
  private static List<String> learnable(TrainingWindow window, Treatments treatments, int least) {
    var kinds = new TreeSet<String>();
    treatments.byExample().values().forEach(treatment -> kinds.add(treatment.kind()));
    var enough = new ArrayList<String>();
    for (String kind : kinds) {
      if (hasBoth(window.fitted(), treatments, kind, least)
          && hasBoth(window.heldOut(), treatments, kind, Math.max(2, least / 4))) {
        enough.add(kind.equals(UpliftScorer.NO_PROMOTION) ? 0 : enough.size(), kind);
      }
    }
    return enough;
  }

  private static boolean hasBoth(
      List<TrainingExample> rows, Treatments treatments, String kind, int least) {
    List<Boolean> outcomes =
        rows.stream()
            .filter(row -> treatments.of(row).orElseThrow().kind().equals(kind))
            .map(TrainingExample::ordered)
            .toList();
    return outcomes.size() >= least && outcomes.contains(true) && outcomes.contains(false);
  }

  private TrainingResult tooFew() {
    return judgement(UpliftScorer.NO_PROMOTION)
        .refused(
            ("too few decisions by chance: a kind needs both outcomes, %d rows to fit on"
                    + " (models.response.minimum-rows) and a quarter of it to judge on, which only"
                    + " %s have; needed are those without a promotion and one kind")
                .formatted(rules.minimumPerArm(), kinds));
  }

  private List<TrainingResult> compete() throws InterruptedException {
    var planner = new Planner(window.fitted(), rules);
    List<String> features = planner.numeric(rules.propensity().features());
    if (features.isEmpty()) {
      return List.of(
          judgement(UpliftScorer.NO_PROMOTION).refused("no numeric feature differs between rows"));
    }
    Preparation inputs =
        Vectors.learn(
            window.fitted(),
            features,
            planner.categorical(rules.propensity().categories()),
            rules.propensity().maxCategories(),
            rules);
    TrialSample fitted = trial(inputs, window.fitted());
    long began = System.nanoTime();
    var learnt = new ArrayList<Parameters>();
    Trainer trainer = Trainers.named(TRAINER);
    for (int arm = 0; arm < kinds.size(); arm++) {
      try {
        learnt.add(fit(trainer, inputs, fitted, arm));
      } catch (TrainingException e) {
        return List.of(judgement(kinds.get(arm)).refused(e.getMessage()));
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    return judged(inputs, learnt, fitted, took);
  }

  private Parameters fit(Trainer trainer, Preparation inputs, TrialSample fitted, int arm)
      throws TrainingException, InterruptedException {
    String name = UpliftScorer.name(kinds.get(arm));
    Optional<ModelVersion> before = Optional.ofNullable(champions.get(name));
    return trainer
        .train(
            new Request(
                fitted.sampleOf(arm),
                Hyperparameters.defaults(trainer),
                rules.seed(),
                rules.warmStart() ? WarmStart.of(before, inputs) : Optional.empty()))
        .parameters()
        .orElseThrow();
  }

  private ModelVersion model(
      int arm, Preparation inputs, Parameters parameters, Map<String, Double> metrics) {
    return Versions.of(
            UpliftScorer.name(kinds.get(arm)), TRAINER, window, inputs, parameters, metrics)
        .calibrated(null);
  }

  /**
   * Of the rows whose kind is learnt; each counts one over the probability of what it was given.
   */
  private TrialSample trial(Preparation inputs, List<TrainingExample> rows) {
    List<TrainingExample> kept =
        rows.stream().filter(row -> kinds.contains(treatment(row).kind())).toList();
    return new TrialSample(
        Vectors.of(inputs, kept),
        kept.stream().mapToDouble(row -> row.ordered() ? 1 : 0).toArray(),
        kept.stream().mapToDouble(row -> 1 / treatment(row).probability()).toArray(),
        kept.stream().mapToInt(row -> kinds.indexOf(treatment(row).kind())).toArray(),
        kinds);
  }

  private Treatment treatment(TrainingExample row) {
    return treatments.of(row).orElseThrow();
  }

  private List<TrainingResult> judged(
      Preparation inputs, List<Parameters> learnt, TrialSample fitted, Duration took) {
    TrialSample heldOut = trial(inputs, window.heldOut());
    var bare = new TreeMap<String, ModelVersion>();
    for (int arm = 0; arm < learnt.size(); arm++) {
      bare.put(kinds.get(arm), model(arm, inputs, learnt.get(arm), Map.of()));
    }
    double loss = logLoss(bare, window.heldOut());
    double base = baselineLogLoss(fitted, heldOut);
    var results = new ArrayList<TrainingResult>();
    for (int arm = 0; arm < learnt.size(); arm++) {
      var metrics = new TreeMap<>(Map.of(LOG_LOSS, loss, "baselineLogLoss", base));
      metrics.put("rows", (double) fitted.rowsOf(arm).length);
      if (arm != TrialSample.CONTROL) {
        metrics.putAll(upliftMetrics(bare, arm, heldOut));
      }
      ModelVersion model = model(arm, inputs, learnt.get(arm), metrics);
      var contest = new Contest(LOG_LOSS, true, List.of(Trial.of(TRAINER, model, took)));
      results.add(judgement(kinds.get(arm)).of(model, comparison(arm, loss, base), contest));
    }
    return togetherOrNotAtAll(results);
  }

  /** With the champions of all arms, on the same rows; with none while an arm has none. */
  private Comparison comparison(int arm, double loss, double base) {
    boolean comparable =
        kinds.stream().allMatch(kind -> champions.containsKey(UpliftScorer.name(kind)));
    Map<String, Double> before =
        comparable ? Map.of(LOG_LOSS, logLoss(byKind(champions), window.heldOut())) : Map.of();
    return new Comparison(
        LOG_LOSS,
        loss,
        true,
        base,
        BASE_RATE,
        Optional.of(UpliftScorer.name(kinds.get(arm)))
            .filter(name -> comparable)
            .map(name -> champions.get(name).version()),
        before,
        rules.tolerance() * before.getOrDefault(LOG_LOSS, 0.0));
  }

  /** An arm without the others is no uplift. */
  private List<TrainingResult> togetherOrNotAtAll(List<TrainingResult> results) {
    Optional<TrainingResult> refused =
        results.stream().filter(result -> !result.published()).findFirst();
    return refused.isEmpty()
        ? results
        : results.stream()
            .map(
                result ->
                    result.published()
                        ? judgement(UpliftScorer.kind(result.name()))
                            .refused(
                                refused.get().name() + " is refused: " + refused.get().reason())
                        : result)
            .toList();
  }

  private Judgement judgement(String kind) {
    return new Judgement(window, UpliftScorer.name(kind));
  }

  private static Map<String, ModelVersion> byKind(Map<String, ModelVersion> byName) {
    var byKind = new TreeMap<String, ModelVersion>();
    byName.forEach((name, model) -> byKind.put(UpliftScorer.kind(name), model));
    return byKind;
  }

  /** Of what each shopper did, by the model of what they were given. */
  private double logLoss(Map<String, ModelVersion> models, List<TrainingExample> rows) {
    if (models.values().stream().anyMatch(model -> ModelGuard.refusal(model).isPresent())) {
      return Double.POSITIVE_INFINITY;
    }
    var scorers = new TreeMap<String, Scorer>();
    models.forEach((kind, model) -> scorers.put(kind, Scorer.of(model)));
    double sum = 0;
    double weights = 0;
    for (TrainingExample row : rows) {
      Treatment treatment = treatment(row);
      if (kinds.contains(treatment.kind())) {
        double p = scorers.get(treatment.kind()).probability(row.values(), row.categories());
        double weight = 1 / treatment.probability();
        sum -= weight * (row.ordered() ? Math.log(p) : Math.log1p(-p));
        weights += weight;
      }
    }
    return sum / weights;
  }

  private double baselineLogLoss(TrialSample fitted, TrialSample heldOut) {
    var rates = new double[kinds.size()];
    for (int arm = 0; arm < rates.length; arm++) {
      double ordered = 0;
      double all = 0;
      for (int row : fitted.rowsOf(arm)) {
        ordered += fitted.weights()[row] * fitted.labels()[row];
        all += fitted.weights()[row];
      }
      rates[arm] = ordered / all;
    }
    double sum = 0;
    double weights = 0;
    for (int row = 0; row < heldOut.size(); row++) {
      double p = rates[heldOut.arms()[row]];
      sum -= heldOut.weights()[row] * (heldOut.labels()[row] == 1 ? Math.log(p) : Math.log1p(-p));
      weights += heldOut.weights()[row];
    }
    return sum / weights;
  }

  private Map<String, Double> upliftMetrics(
      Map<String, ModelVersion> models, int arm, TrialSample heldOut) {
    String kind = kinds.get(arm);
    TrialSample trial = heldOut.against(arm);
    UpliftScorer scorer = UpliftScorer.of(byName(models));
    List<TrainingExample> rows =
        window.heldOut().stream()
            .filter(
                row ->
                    treatment(row).kind().equals(kind)
                        || treatment(row).kind().equals(UpliftScorer.NO_PROMOTION))
            .toList();
    double[] uplift =
        rows.stream()
            .mapToDouble(row -> scorer.uplift(kind, row.values(), row.categories()).orElseThrow())
            .toArray();
    GainCurve curve = GainCurve.of(trial, uplift);
    AverageEffect effect = AverageEffect.of(trial, null);
    return Map.of(
        "qini",
        curve.qini(),
        "auuc",
        curve.auuc(),
        "averageEffect",
        effect.effect(),
        "averageEffectStandardError",
        effect.standardError(),
        "gainAt30Percent",
        curve.gainAt(0.3));
  }

  private static Map<String, ModelVersion> byName(Map<String, ModelVersion> byKind) {
    var byName = new TreeMap<String, ModelVersion>();
    byKind.forEach((kind, model) -> byName.put(UpliftScorer.name(kind), model));
    return byName;
  }
}
