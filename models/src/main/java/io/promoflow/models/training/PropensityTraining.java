package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.ModelGuard;
import io.promoflow.models.ProbabilityQuality;
import io.promoflow.models.Scorer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a propensity out of a fitted logistic regression: guarded, measured, compared. */
final class PropensityTraining {
  static final String NAME = "propensity";
  static final String LOG_LOSS = "logLoss";
  private static final String BASE_RATE = "the base rate";

  private final TrainingWindow window;
  private final TrainingRules rules;
  private final Champions champions;
  private final Judgement judgement;
  private final String trainer;

  PropensityTraining(
      TrainingWindow window, TrainingRules rules, Champions champions, String trainer) {
    this.window = window;
    this.rules = rules;
    this.champions = champions;
    this.trainer = trainer;
    this.judgement = new Judgement(window, trainer, NAME);
  }

  /** Why no propensity can be fitted or judged on this window; empty when it can. */
  Optional<String> hopeless() {
    if (oneSided(window.fitted())) {
      return Optional.of("all rows to fit on have the same outcome");
    }
    return oneSided(window.heldOut())
        ? Optional.of("all held-out rows have the same outcome")
        : Optional.empty();
  }

  private static boolean oneSided(List<TrainingExample> rows) {
    return rows.stream().map(TrainingExample::ordered).distinct().count() < 2;
  }

  TrainingResult result(Fits.Logistic fit, List<String> features) {
    ModelVersion bare = model(fit, features, Map.of());
    Optional<String> malformed = ModelGuard.refusal(bare);
    if (malformed.isPresent()) {
      return judgement.refused(malformed.get());
    }
    double baseRate = ProbabilityQuality.rate(outcomes(window.fitted()));
    double fittedLoss = quality(bare, window.fitted()).logLoss();
    double fittedBase = ProbabilityQuality.baselineLogLoss(baseRate, outcomes(window.fitted()));
    var metrics = quality(bare, window.heldOut()).metrics();
    double heldOutBase = ProbabilityQuality.baselineLogLoss(baseRate, outcomes(window.heldOut()));
    metrics.put("baselineLogLoss", heldOutBase);
    metrics.put("fittedLogLoss", fittedLoss);
    metrics.put("fittedBaselineLogLoss", fittedBase);
    ModelVersion model = model(fit, features, metrics);
    if (fittedLoss > fittedBase) {
      return judgement.of(model, againstBaseRate(fittedLoss, fittedBase));
    }
    return judgement.of(model, againstChampion(metrics.get(LOG_LOSS), heldOutBase));
  }

  /** A fit that did not even learn the base rate on its own rows has not converged. */
  private Comparison againstBaseRate(double fittedLoss, double fittedBase) {
    return new Comparison(
        "the fit has not converged: " + LOG_LOSS,
        fittedLoss,
        true,
        fittedBase,
        BASE_RATE,
        Optional.empty(),
        Map.of(),
        0);
  }

  private Comparison againstChampion(double loss, double base) {
    Map<String, Double> championMetrics =
        champions
            .propensity()
            .map(champion -> quality(champion, window.heldOut()).metrics())
            .orElse(Map.of());
    return new Comparison(
        LOG_LOSS,
        loss,
        true,
        base,
        BASE_RATE,
        champions.propensity().map(ModelVersion::version),
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
      Fits.Logistic fit, List<String> features, Map<String, Double> metrics) {
    return new ModelVersion(
        NAME,
        TrainingResult.version(NAME, window.end()),
        ModelKind.LOGISTIC,
        trainer,
        window.start(),
        window.end(),
        features,
        fit.input().imputed(),
        fit.input().oneHots(),
        fit.input().means(),
        fit.input().scales(),
        null,
        null,
        fit.coefficients(),
        fit.intercept(),
        window.fitted().size(),
        metrics);
  }
}
