package io.promoflow.models;

import io.promoflow.ingestion.schema.ModelVersion;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * How probable an order is with each kind of promotion and without, by the models named {@code
 * response-...}, and what the promotion adds. Only models of one training window are used together.
 */
public final class UpliftScorer {
  /** The kind of those who get nothing. */
  public static final String NO_PROMOTION = "none";

  private static final String PREFIX = "response-";

  private final Map<String, Scorer> byKind;

  private UpliftScorer(Map<String, Scorer> byKind) {
    this.byKind = byKind;
  }

  /**
   * By published models, of which others are left out; knows nothing when there is none for those
   * who get nothing.
   *
   * @param models by name
   */
  public static UpliftScorer of(Map<String, ModelVersion> models) {
    var byKind = new TreeMap<String, Scorer>();
    ModelVersion control = models.get(name(NO_PROMOTION));
    if (control != null) {
      models.forEach(
          (name, model) -> {
            if (name.startsWith(PREFIX)
                && model.windowEnd().equals(control.windowEnd())
                && ModelGuard.refusal(model).isEmpty()) {
              byKind.put(kind(name), Scorer.of(model));
            }
          });
    }
    return new UpliftScorer(byKind.containsKey(NO_PROMOTION) ? byKind : Map.of());
  }

  /** {@code percent-off} is {@code response-percent-off}. */
  public static String name(String kind) {
    return PREFIX + kind;
  }

  /** The other way round. */
  public static String kind(String name) {
    return name.substring(PREFIX.length());
  }

  /** Whether a model is one of these. */
  public static boolean isResponse(String name) {
    return name.startsWith(PREFIX);
  }

  /** What is known, {@link #NO_PROMOTION} among it. */
  public Set<String> kinds() {
    return byKind.keySet();
  }

  /** Probability of an order in the horizon, 0 to 1; empty for a kind that is not known. */
  public OptionalDouble response(
      String kind, Map<String, Double> values, Map<String, String> categories) {
    Scorer scorer = byKind.get(kind);
    return scorer == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(scorer.probability(values, categories));
  }

  /** What a kind adds to that probability, −1 to 1; empty for a kind that is not known. */
  public OptionalDouble uplift(
      String kind, Map<String, Double> values, Map<String, String> categories) {
    OptionalDouble with = response(kind, values, categories);
    return with.isEmpty()
        ? with
        : OptionalDouble.of(
            with.getAsDouble() - response(NO_PROMOTION, values, categories).orElseThrow());
  }
}
