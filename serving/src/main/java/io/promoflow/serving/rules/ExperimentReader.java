package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import io.promoflow.ingestion.schema.Experiment.Guardrail;
import io.promoflow.ingestion.schema.Experiment.Mode;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.yaml.Block;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads one experiment of a rule file and checks it against the promotions of the file. */
final class ExperimentReader {
  private static final Shape SHAPE = RuleShapes.EXPERIMENT;
  private static final double TOLERANCE = 1e-9;

  private final Set<String> promotions;
  private final Vocabulary vocabulary;

  ExperimentReader(Set<String> promotions, Vocabulary vocabulary) {
    this.promotions = promotions;
    this.vocabulary = vocabulary;
  }

  Experiment read(Block block) {
    String id = block.requiredText("id");
    if (LoopHoldout.ID.equals(id)) {
      block.problem("id", "is taken by the holdout of the file (holdoutShare)", id);
    }
    String salt = block.text("salt");
    Trigger trigger = block.constant("trigger", Trigger.class);
    List<Variant> variants = variants(block);
    Double holdout = block.number("holdoutShare", 0, 1);
    List<SegmentWeights> noneYet = List.of();
    var experiment =
        new Experiment(
            id,
            salt == null ? id : salt,
            trigger,
            variants,
            noneYet,
            block.texts("segments"),
            block.flag("segmentRequired"),
            block.moment("from"),
            block.moment("until"),
            metric(block, "primaryMetric"),
            guardrails(block),
            holdout == null ? 0 : holdout,
            policy(block, variants.size()),
            block.flag("paused") ? Experiment.Status.PAUSED : Experiment.Status.RUNNING,
            block.text("layer"),
            share(block),
            List.of());
    PromotionReader.checkPeriod(block, experiment.from(), experiment.until());
    return experiment;
  }

  private static Double share(Block block) {
    Double share = block.number("share", 0, 1);
    if (block.has("layer") != block.has("share")) {
      block.problem("share", "must be given with a layer, and only then", share);
    }
    return share;
  }

  /** The experiments of a layer must fit into it. */
  static void checkLayers(List<Experiment> experiments, Block block) {
    experiments.stream()
        .filter(one -> one.layer() != null && one.share() != null)
        .collect(
            Collectors.groupingBy(Experiment::layer, Collectors.summingDouble(Experiment::share)))
        .forEach(
            (layer, sum) -> {
              if (sum > 1 + TOLERANCE) {
                block.problem(
                    "experiments", "shares of layer " + layer + " must add up to at most 1", sum);
              }
            });
  }

  private List<Variant> variants(Block block) {
    List<Variant> variants = SHAPE.blocks(block, "variants").stream().map(this::variant).toList();
    if (variants.size() < 2) {
      block.problem("variants", "must be at least two", variants.size());
      return variants;
    }
    var ids = new HashSet<String>();
    variants.stream()
        .map(Variant::id)
        .filter(id -> !ids.add(id))
        .forEach(id -> block.problem("variants", "ids must differ", id));
    List<String> controls = variants.stream().filter(Variant::control).map(Variant::id).toList();
    if (controls.size() != 1) {
      block.problem("variants", "exactly one must be the control", controls);
    }
    double sum = variants.stream().mapToDouble(Variant::weight).sum();
    if (Math.abs(sum - 1) > TOLERANCE) {
      block.problem("variants", "weights must add up to 1", sum);
    }
    return variants;
  }

  private Variant variant(Block block) {
    String id = block.requiredText("id");
    Double weight = block.number("weight", 0, 1);
    if (!block.has("weight")) {
      block.problem("weight", "must be given", null);
    }
    List<String> given = block.texts("promotions");
    for (String promotion : given) {
      if (!promotions.contains(promotion)) {
        block.problem("promotions", "must name promotions of this file", promotion);
      }
    }
    return new Variant(id, block.flag("control"), weight == null ? 0 : weight, given);
  }

  private String metric(Block block, String key) {
    String metric = block.requiredText(key);
    if (!metric.isEmpty() && !vocabulary.knowsMetric(metric)) {
      List<String> known = vocabulary.metrics();
      String nearest = Block.nearest(metric, known);
      block.problem(key, "must be one of " + known + "; did you mean " + nearest + "?", metric);
    }
    return metric;
  }

  private List<Guardrail> guardrails(Block block) {
    return SHAPE.blocks(block, "guardrails").stream()
        .map(
            guardrail -> {
              Double margin = guardrail.number("margin", 0, 1);
              if (!guardrail.has("margin")) {
                guardrail.problem("margin", "must be given", null);
              }
              return new Guardrail(metric(guardrail, "metric"), margin == null ? 0 : margin);
            })
        .collect(Collectors.toUnmodifiableList());
  }

  private AdjustmentPolicy policy(Block block, int variants) {
    Block policy = SHAPE.block(block, "policy");
    if (policy == null) {
      return null;
    }
    double floor = required(policy, "floor", 0, 1.0 / Math.max(1, variants));
    double maxStep = required(policy, "maxStep", 0, 1);
    double alpha = required(policy, "alpha", 1e-9, 0.5);
    Long units = policy.whole("minimumUnits", 1, Integer.MAX_VALUE);
    if (!policy.has("minimumUnits")) {
      policy.problem("minimumUnits", "must be given", null);
    }
    return new AdjustmentPolicy(
        floor,
        maxStep,
        units == null ? 1 : Math.toIntExact(units),
        policy.flag("perSegment"),
        alpha,
        policy.has("mode") ? policy.constant("mode", Mode.class) : null,
        use(policy),
        millis(policy.duration("coolDown")));
  }

  private List<String> use(Block policy) {
    List<String> use = policy.texts("use");
    List<String> known = vocabulary.policies();
    for (String name : use) {
      if (!vocabulary.knowsPolicy(name)) {
        String nearest = Block.nearest(name, known);
        policy.problem(
            "use", "must name some of " + known + "; did you mean " + nearest + "?", name);
      }
    }
    return use;
  }

  /** Null for none. */
  static Long millis(Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  static double required(Block block, String key, double least, double most) {
    if (!block.has(key)) {
      block.problem(key, "must be given", null);
      return least;
    }
    Double value = block.number(key, least, most);
    return value == null ? least : value;
  }
}
