package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.UpliftScorer;
import io.promoflow.serving.rules.ModelShadow.Versions;
import io.promoflow.serving.scoring.ModelScores;
import io.promoflow.serving.scoring.Scores;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Asks models about a logged decision: those that it names, or others. */
final class AskedAgain {
  private final Versions versions;
  private final Map<Map<String, String>, Models> asked = new HashMap<>();

  /** Models that are asked together. */
  private record Models(ModelScores scores, Map<String, ModelVersion> byName) {}

  AskedAgain(Versions versions) {
    this.versions = versions;
  }

  /**
   * What the models of then said. Segment and propensity are in the log; the responses are not, so
   * the versions that it names are asked again.
   *
   * @return empty when the features, or a response model that was asked, are lost
   */
  Optional<Scores> then(LoggedDecision logged) {
    if (logged.featuresAreLost()) {
      return Optional.empty();
    }
    return named(logged.decision(), UpliftScorer::isResponse)
        .map(
            responses ->
                logged.scores(
                    responses.isEmpty() ? Map.of() : scores(logged, responses).responses()));
  }

  /** The models that a decision names; empty when one of them is not known any more. */
  Optional<Map<String, ModelVersion>> named(Decision decision) {
    return named(decision, name -> true);
  }

  private Optional<Map<String, ModelVersion>> named(Decision decision, Predicate<String> which) {
    var models = new TreeMap<String, ModelVersion>();
    for (var one : decision.modelVersions().entrySet()) {
      if (which.test(one.getKey())) {
        Optional<ModelVersion> model = versions.find(one.getKey(), one.getValue());
        if (model.isEmpty()) {
          return Optional.empty();
        }
        models.put(one.getKey(), model.get());
      }
    }
    return Optional.of(models);
  }

  /** Without versions and contributions, which change no choice. */
  Scores scores(LoggedDecision logged, Map<String, ModelVersion> byName) {
    var key = new TreeMap<String, String>();
    byName.forEach((name, model) -> key.put(name, model.version()));
    Models models =
        asked.computeIfAbsent(key, versions -> new Models(new ModelScores(0), Map.copyOf(byName)));
    Scores said = models.scores().of(logged.features(), models.byName());
    return new Scores(said.segment(), said.propensity(), List.of(), Map.of(), said.responses());
  }
}
