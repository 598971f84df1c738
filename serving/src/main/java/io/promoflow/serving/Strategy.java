package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.LoopHoldout;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which promotions are in question for a shopper, and why.
 *
 * @param experimentId null outside experiments
 * @param variant null outside experiments
 * @param probability with which the variant was assigned; 1 outside experiments
 * @param allowed promotions in question; null for all
 * @param loss what the others lose by
 * @param detail what the others lose by, for people
 */
record Strategy(
    String experimentId,
    String variant,
    double probability,
    List<String> allowed,
    Loss loss,
    String detail) {

  private static final Strategy OPEN = new Strategy(null, null, 1, null, null, null);

  /** Of those who never get anything, whatever the rules. */
  static final Strategy HELD_OUT =
      new Strategy(
          null, null, 1, List.of(), Loss.HOLDOUT, "held out of everything (serving.holdout-share)");

  /** Of those who never get anything, so that what promoting brings is measured. */
  static Strategy heldOut(double share) {
    return new Strategy(
        LoopHoldout.ID,
        LoopHoldout.HELD_OUT,
        share,
        List.of(),
        Loss.HOLDOUT,
        "held out of everything (holdoutShare of the rules)");
  }

  /** The first experiment, in declared order, that the shopper can take part in decides. */
  static Strategy choose(DecisionRequest request, List<Experiment> experiments, String segment) {
    return choose(request, experiments, new Layers(experiments), segment);
  }

  /** The same, with the places in their layers laid out before. */
  static Strategy choose(
      DecisionRequest request, List<Experiment> experiments, Layers layers, String segment) {
    int layer = Layers.NONE;
    int owner = Layers.NONE;
    for (int i = 0; i < experiments.size(); i++) {
      Experiment experiment = experiments.get(i);
      if (isOpenTo(experiment, request, segment)) {
        int its = layers.layerOf(i);
        if (its != layer && its != Layers.NONE) { // one hash for experiments of the same layer
          layer = its;
          owner = layers.owner(layer, request.shopperId());
        }
        if (its == Layers.NONE || owner == i) {
          return within(experiment, request.shopperId(), segment);
        }
      }
    }
    return OPEN;
  }

  private static boolean isOpenTo(Experiment experiment, DecisionRequest request, String segment) {
    return experiment.trigger() == request.trigger()
        && Decider.holds(experiment.from(), experiment.until(), request.at())
        && (segment != null || !experiment.segmentRequired())
        && (experiment.segments().isEmpty()
            || (segment != null && experiment.segments().contains(segment)));
  }

  private static Strategy within(Experiment experiment, String shopperId, String segment) {
    String id = experiment.id();
    if (Assignment.isHeldOut(experiment, shopperId)) {
      return new Strategy(null, null, 1, List.of(), Loss.HOLDOUT, "held out of " + id);
    }
    if (experiment.status() == Experiment.Status.PAUSED) {
      Variant control =
          experiment.variants().stream().filter(Variant::control).findFirst().orElseThrow();
      return new Strategy(null, null, 1, control.promotions(), Loss.PAUSED, id + " is paused");
    }
    Assignment.Assigned assigned = Assignment.assign(experiment, shopperId, segment);
    Variant variant = assigned.variant();
    return new Strategy(
        id,
        variant.id(),
        assigned.probability(),
        variant.promotions(),
        Loss.NOT_IN_VARIANT,
        id + " assigned " + variant.id());
  }

  /** Promotions that some variants have and others lack: all in which the variants can differ. */
  static Set<String> differing(Experiment experiment) {
    var some = new TreeSet<String>();
    experiment.variants().forEach(variant -> some.addAll(variant.promotions()));
    some.removeIf(
        id -> experiment.variants().stream().allMatch(one -> one.promotions().contains(id)));
    return some;
  }

  /** How a promotion that is not in question lost; empty when it is in question. */
  Optional<Candidate> excludes(String promotionId) {
    return allowed == null || allowed.contains(promotionId)
        ? Optional.empty()
        : Optional.of(new Candidate(promotionId, null, loss, detail));
  }

  /** A strategy that was laid down gives its best promotion even when the score says otherwise. */
  boolean givesAnyScore() {
    return allowed != null;
  }
}
