package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Bucket;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.serving.Assignment;
import io.promoflow.serving.Buckets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a strategy adjustment makes of an experiment: a pure function, or a reasoned refusal. */
final class Adjusting {
  private static final double TOLERANCE = 1e-9;

  private Adjusting() {}

  /** The experiments after an adjustment. */
  static List<Experiment> apply(RuleSet rules, StrategyAdjustment adjustment) {
    Experiment live = find(rules, adjustment.experimentId());
    if (live.policy() == null) {
      throw new RefusedException(
          "by rule version " + rules.version() + " results move nothing of " + live.id());
    }
    return replace(rules, changed(live, adjustment));
  }

  /**
   * The experiments with the scope of an adjustment as it was before.
   *
   * @param rules the rules in force
   * @param before the rules right before the adjustment
   */
  static List<Experiment> revert(RuleSet rules, RuleSet before, StrategyAdjustment adjustment) {
    Experiment live = find(rules, adjustment.experimentId());
    Experiment then = find(before, adjustment.experimentId());
    Experiment restored =
        switch (adjustment.change()) {
          case PAUSE -> live.withStatus(then.status());
          case SHIFT_WEIGHTS -> restored(live, then, adjustment);
          case MOVE_BUDGET -> throw notOfExperiments(adjustment);
        };
    return replace(rules, restored);
  }

  private static Experiment changed(Experiment live, StrategyAdjustment adjustment) {
    return switch (adjustment.change()) {
      case PAUSE -> {
        if (live.status() == Experiment.Status.PAUSED) {
          throw new RefusedException("experiment " + live.id() + " is already paused");
        }
        yield live.withStatus(Experiment.Status.PAUSED);
      }
      case SHIFT_WEIGHTS -> {
        Map<String, Double> current = weights(live, adjustment.segment());
        if (!same(current, adjustment.from())) {
          throw new RefusedException(
              "weights are "
                  + current
                  + " by now, the adjustment starts from "
                  + new TreeMap<>(adjustment.from()));
        }
        requireValid(live, current, adjustment.to());
        yield shifted(
            live, adjustment.segment(), adjustment.to(), Buckets.of(live, adjustment.segment()));
      }
      case MOVE_BUDGET -> throw notOfExperiments(adjustment);
    };
  }

  private static IllegalArgumentException notOfExperiments(StrategyAdjustment adjustment) {
    return new IllegalArgumentException(adjustment.change() + " changes no experiment");
  }

  private static Experiment restored(
      Experiment live, Experiment then, StrategyAdjustment adjustment) {
    String segment = adjustment.segment();
    boolean hadNone = segment != null && Assignment.segmentWeights(then, segment).isEmpty();
    if (hadNone) {
      return live.withSegmentWeights(without(live, segment));
    }
    Map<String, Double> weights = weights(then, segment);
    if (!weights.keySet().equals(weights(live, null).keySet())) {
      throw new RefusedException("experiment " + live.id() + " has other variants by now");
    }
    return shifted(live, segment, weights, Buckets.of(then, segment));
  }

  /** As few shoppers as can be lie elsewhere than in some buckets from before. */
  private static Experiment shifted(
      Experiment live, String segment, Map<String, Double> to, List<Bucket> before) {
    List<Bucket> buckets = Buckets.recorded(before, live, to);
    if (segment == null) {
      List<Variant> variants =
          live.variants().stream()
              .map(v -> new Variant(v.id(), v.control(), to.get(v.id()), v.promotions()))
              .toList();
      return live.withVariants(variants).withBuckets(buckets);
    }
    var overrides = new ArrayList<SegmentWeights>(without(live, segment));
    overrides.add(new SegmentWeights(segment, new TreeMap<>(to), buckets));
    overrides.sort(Comparator.comparing(SegmentWeights::segment));
    return live.withSegmentWeights(overrides);
  }

  private static List<SegmentWeights> without(Experiment live, String segment) {
    return live.segmentWeights().stream().filter(w -> !w.segment().equals(segment)).toList();
  }

  /** The weights that hold in a segment, or on the whole when it is null. */
  static Map<String, Double> weights(Experiment experiment, String segment) {
    Map<String, Double> overrides = Assignment.segmentWeights(experiment, segment);
    var weights = new TreeMap<String, Double>();
    experiment
        .variants()
        .forEach(v -> weights.put(v.id(), overrides.getOrDefault(v.id(), v.weight())));
    return weights;
  }

  private static boolean same(Map<String, Double> live, Map<String, Double> expected) {
    return live.keySet().equals(expected.keySet())
        && live.entrySet().stream()
            .allMatch(w -> Math.abs(w.getValue() - expected.get(w.getKey())) <= TOLERANCE);
  }

  private static void requireValid(
      Experiment experiment, Map<String, Double> from, Map<String, Double> to) {
    if (!from.keySet().equals(to.keySet())) {
      throw new RefusedException(
          "new weights name " + new TreeMap<>(to).keySet() + ", which are not the variants");
    }
    double floor = experiment.policy().floor();
    double step = experiment.policy().maxStep();
    new TreeMap<>(to)
        .forEach(
            (variant, weight) -> {
              double before = from.get(variant);
              double least = Math.min(floor, before); // it may have been raised since
              if (weight == null || !(weight >= least - TOLERANCE && weight <= 1 + TOLERANCE)) {
                throw new RefusedException(
                    "weight of " + variant + " is " + weight + ", must lie in " + least + " to 1");
              }
              double move = Math.abs(weight - before);
              if (move > step + TOLERANCE) {
                throw new RefusedException(
                    "weight of %s would move by %.4g, at most %.4g are allowed"
                        .formatted(variant, move, step));
              }
            });
    double sum = to.values().stream().mapToDouble(Double::doubleValue).sum();
    if (Math.abs(sum - 1) > TOLERANCE) {
      throw new RefusedException("new weights add up to " + sum + ", must be 1");
    }
  }

  private static Experiment find(RuleSet rules, String id) {
    return rules.experiments().stream()
        .filter(experiment -> experiment.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedException(
                    "there is no experiment " + id + " in rule version " + rules.version()));
  }

  private static List<Experiment> replace(RuleSet rules, Experiment changed) {
    return rules.experiments().stream()
        .map(experiment -> experiment.id().equals(changed.id()) ? changed : experiment)
        .toList();
  }
}
