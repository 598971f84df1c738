package io.promoflow.models.training;

import io.promoflow.ingestion.schema.Calibration;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.ModelGuard;
import io.promoflow.models.ProbabilityQuality;
import io.promoflow.models.Scorer;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Parameters;
import io.promoflow.models.trainer.Preparation;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets trainers compete for the propensity of a window: each is fitted on the older rows,
 * calibrated on newer ones and judged on the newest.
 */
final class PropensityTraining {
  static final String NAME = "propensity";
  static final String LOG_LOSS = "logLoss";
  private static final String BASE_RATE = "the base rate";
  private static final String SERVED_NOWHERE = "serving cannot score what it makes";

  private final TrainingWindow window;
  private final TrainingRules rules;
  private final Contestants contestants;
  private final Optional<ModelVersion> champion;
  private final Judgement judgement;
  private final CalibrationPart parts;
  private final Preparation inputs;

  private PropensityTraining(
      TrainingWindow window,
      TrainingRules rules,
      Contestants contestants,
      Optional<ModelVersion> champion,
      Preparation inputs) {
    this.window = window;
    this.rules = rules;
    this.contestants = contestants;
    this.champion = champion;
    this.judgement = new Judgement(window, NAME);
    this.parts = CalibrationPart.of(window.fitted(), rules.propensity());
    this.inputs = inputs;
  }

  static TrainingResult train(
      TrainingWindow window, TrainingRules rules, Contestants contestants, Champions champions)
      throws InterruptedException {
    var planner = new Planner(window.fitted(), rules);
    List<String> features = planner.numeric(rules.propensity().features());
    Optional<String> hopeless = hopeless(window, features);
    if (hopeless.isPresent()) {
      return new Judgement(window, NAME).refused(hopeless.get());
    }
    Preparation inputs =
        Vectors.learn(
            window.fitted(),
            features,
            planner.categorical(rules.propensity().categories()),
            rules.propensity().maxCategories(),
            rules);
    return new PropensityTraining(window, rules, contestants, champions.propensity(), inputs)
        .compete();
  }

  /** Why no propensity can be fitted or judged on this window; empty when it can. */
  private static Optional<String> hopeless(TrainingWindow window, List<String> features) {
    if (oneSided(window.fitted())) {
      return Optional.of("all rows to fit on have the same outcome");
    }
    if (oneSided(window.heldOut())) {
      return Optional.of("all held-out rows have the same outcome");
    }
    return features.isEmpty()
        ? Optional.of("no numeric feature differs between rows")
        : Optional.empty();
  }

  private static boolean oneSided(List<TrainingExample> rows) {
    return rows.stream().map(TrainingExample::ordered).distinct().count() < 2;
  }

  private TrainingResult compete() throws InterruptedException {
    Sample sample = sample();
    Optional<Parameters> start =
        rules.warmStart() ? WarmStart.of(champion, inputs) : Optional.empty();
    var trials = new ArrayList<Trial>();
    for (Trainer trainer : contestants.propensity()) {
      trials.add(trial(trainer, sample, start));
    }
    var contest = new Contest(LOG_LOSS, true, trials);
    return contest
        .winningModel()
        .map(model -> judgement.of(model, comparison(model), contest))
        .orElseGet(() -> judgement.refused("no trainer made a usable model", contest));
  }

  private Sample sample() {
    double[] labels = labels(parts.fitted());
    var sample = Sample.of(Vectors.of(inputs, parts.fitted()), labels);
    return rules.propensity().balance() ? ClassWeights.balanced(sample) : sample;
  }

  private static double[] labels(List<TrainingExample> rows) {
    return rows.stream().mapToDouble(row -> row.ordered() ? 1 : 0).toArray();
  }

  private Trial trial(Trainer trainer, Sample sample, Optional<Parameters> start)
      throws InterruptedException {
    long began = System.nanoTime();
    try {
      Learned learned =
          trainer.train(
              new Request(sample, contestants.settingsOf(trainer, Map.of()), rules.seed(), start));
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      Optional<Parameters> parameters = learned.parameters();
      return parameters.isEmpty()
          ? Trial.refused(trainer.name(), SERVED_NOWHERE, took)
          : measured(trainer.name(), parameters.get(), learned, took);
    } catch (TrainingException e) {
      return Trial.refused(
          trainer.name(), e.getMessage(), Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private Trial measured(String trainer, Parameters parameters, Learned learned, Duration took) {
    ModelVersion bare = model(trainer, parameters, null, Map.of());
    Optional<String> malformed = ModelGuard.refusal(bare);
    if (malformed.isPresent()) {
      return Trial.refused(trainer, malformed.get(), took);
    }
    Matrix newer = Vectors.of(inputs, parts.calibrated());
    Calibration calibration = parts.calibrate(learned.predict(newer), labels(parts.calibrated()));
    ModelVersion calibrated = model(trainer, parameters, calibration, Map.of());
    malformed = ModelGuard.refusal(calibrated);
    if (malformed.isPresent()) {
      return Trial.refused(trainer, malformed.get(), took);
    }
    Map<String, Double> metrics = metrics(calibrated, bare);
    double base = metrics.get("fittedBaselineLogLoss");
    double loss = metrics.get("fittedLogLoss");
    return loss > base && !rules.propensity().balance()
        ? Trial.refused(
            trainer,
            Comparison.worse("the fit has not converged: " + LOG_LOSS, loss, base, BASE_RATE),
            took)
        : Trial.of(trainer, model(trainer, parameters, calibration, metrics), took);
  }

  private Map<String, Double> metrics(ModelVersion calibrated, ModelVersion bare) {
    boolean[] learnt = outcomes(parts.fitted());
    double baseRate = ProbabilityQuality.rate(learnt);
    var metrics = quality(calibrated, window.heldOut()).metrics();
    metrics.put("calibrationErrorBefore", quality(bare, window.heldOut()).calibrationError());
    metrics.put("fittedLogLoss", quality(bare, parts.fitted()).logLoss());
    metrics.put("fittedBaselineLogLoss", ProbabilityQuality.baselineLogLoss(baseRate, learnt));
    metrics.put(
        "baselineLogLoss",
        ProbabilityQuality.baselineLogLoss(baseRate, outcomes(window.heldOut())));
    return metrics;
  }

  private Comparison comparison(ModelVersion challenger) {
    Map<String, Double> championMetrics =
        champion.map(model -> quality(model, window.heldOut()).metrics()).orElse(Map.of());
    return new Comparison(
        LOG_LOSS,
        challenger.metrics().get(LOG_LOSS),
        true,
        challenger.metrics().get("baselineLogLoss"),
        BASE_RATE,
        champion.map(ModelVersion::version),
        championMetrics,
        rules.tolerance() * championMetrics.getOrDefault(LOG_LOSS, 0.0));
  }

  private static ProbabilityQuality quality(ModelVersion model, List<TrainingExample> rows) {
    Scorer scorer = Scorer.of(model);
    return ProbabilityQuality.of(
        rows.stream()
            .mapToDouble(row -> scorer.probability(row.values(), row.categories()))
            .toArray(),
        outcomes(rows));
  }

  private static boolean[] outcomes(List<TrainingExample> rows) {
    var outcomes = new boolean[rows.size()];
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = rows.get(i).ordered();
    }
    return outcomes;
  }

  private ModelVersion model(
      String trainer, Parameters parameters, Calibration calibration, Map<String, Double> metrics) {
    return Versions.of(NAME, trainer, window, inputs, parameters, metrics).calibrated(calibration);
  }
}
