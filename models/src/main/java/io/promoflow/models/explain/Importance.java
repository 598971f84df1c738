package io.promoflow.models.explain;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.Scorer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/**
 * How much each feature of a model moves its answers: the mean absolute contribution over examples,
 * best ones that it was not fitted on (Lundberg et al. 2020, "From local explanations to global
 * understanding with explainable AI for trees", 2.6).
 *
 * @param means per feature, the largest first, equal ones by name; log-odds for a LOGISTIC model,
 *     the label's unit for a LINEAR one, probability for a FOREST
 */
public record Importance(Map<String, Double> means) {

  /** Sorts. */
  public Importance {
    means =
        means.entrySet().stream()
            .sorted(
                Comparator.comparingDouble((Map.Entry<String, Double> mean) -> -mean.getValue())
                    .thenComparing(Map.Entry::getKey))
            .collect(inOrder(Map.Entry::getValue));
  }

  /** Over examples, at least one. */
  public static Importance of(ModelVersion model, List<TrainingExample> examples) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("no examples to measure " + model.version() + " on");
    }
    Scorer scorer = Scorer.of(model);
    var sums = new HashMap<String, Double>();
    for (TrainingExample example : examples) {
      scorer
          .contributions(example.values(), example.categories())
          .forEach((feature, added) -> sums.merge(feature, Math.abs(added), Double::sum));
    }
    sums.replaceAll((feature, sum) -> sum / examples.size());
    return new Importance(sums);
  }

  /** Share of the total, 0 to 1, in the same order; all 0 where no feature moves anything. */
  public Map<String, Double> shares() {
    double total = means.values().stream().mapToDouble(mean -> mean).sum();
    return means.entrySet().stream()
        .collect(inOrder(mean -> total == 0 ? 0 : mean.getValue() / total));
  }

  private static Collector<Map.Entry<String, Double>, ?, Map<String, Double>> inOrder(
      ToDoubleFunction<Map.Entry<String, Double>> value) {
    return Collectors.toMap(
        Map.Entry::getKey, value::applyAsDouble, (one, other) -> one, LinkedHashMap::new);
  }
}
