package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.ModelGuard;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Puts together what came of one model: guarded, compared, with its reason. */
record Judgement(TrainingWindow window, String name) {
  private static final String NOBODY = "none";

  /** A model was fitted and measured. */
  TrainingResult of(ModelVersion model, Comparison comparison, Contest contest) {
    Optional<String> malformed = ModelGuard.refusal(model);
    Optional<String> refusal = malformed.or(comparison::refusal);
    return new TrainingResult(
        name,
        window.start(),
        window.end(),
        model.trainer(),
        window.fitted().size(),
        window.heldOut().size(),
        refusal.isEmpty(),
        false,
        refusal.orElseGet(comparison::approval),
        finite(model.metrics()),
        malformed.isPresent() ? Optional.empty() : Optional.of(model),
        comparison.championVersion(),
        finite(comparison.championMetrics()),
        contest.verdicts());
  }

  /** Nobody made a usable model. */
  TrainingResult refused(String reason, Contest contest) {
    return refused(reason + ": " + contest.refusals(), contest.verdicts());
  }

  /** Nobody was asked. */
  TrainingResult refused(String reason) {
    return refused(reason, List.of());
  }

  private TrainingResult refused(String reason, List<Contest.Verdict> verdicts) {
    return new TrainingResult(
        name,
        window.start(),
        window.end(),
        NOBODY,
        window.fitted().size(),
        window.heldOut().size(),
        false,
        false,
        reason,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        verdicts);
  }

  private static Map<String, Double> finite(Map<String, Double> metrics) {
    var kept = new TreeMap<>(metrics);
    kept.values().removeIf(value -> !Double.isFinite(value));
    return kept;
  }
}
