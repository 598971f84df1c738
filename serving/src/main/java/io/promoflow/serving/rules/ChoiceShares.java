package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Decider;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How probable each choice is under rules, over everything that they leave to chance: the variant
 * of an experiment and the draw of exploration. Found out by deciding, not by knowing how it is
 * done: once per variant, as if it had all the weight.
 */
final class ChoiceShares {
  /** Promotions that lost by these could have been drawn. */
  private static final Set<Loss> COULD_BE_DRAWN =
      EnumSet.of(Loss.NOT_WORTH_ITS_COST, Loss.LOWER_SCORE, Loss.NOT_DRAWN);

  private final Decider decider;
  private final Decider best;
  private final double exploration;
  private final RuleSet rules;
  private final Map<String, RuleSet> forced = new TreeMap<>();
  private final List<Candidate> keepers = new ArrayList<>();

  /**
   * Under some rules.
   *
   * @param ledger that answers as the one of then did
   */
  ChoiceShares(Assumptions assumptions, RuleSet rules, Ledger ledger) {
    this.decider = new Decider(assumptions, ledger);
    this.exploration = assumptions.explorationShare();
    this.best = new Decider(assumptions.exploring(0), ledger);
    this.rules = rules;
  }

  RuleSet rules() {
    return rules;
  }

  /**
   * Probability by promotion, or {@link RulePreview#NOTHING}; they add up to 1.
   *
   * @param scores what models say of the shopper, those of then or others
   * @param prices dual prices of then; null when there were none
   */
  Map<String, Double> of(LoggedDecision logged, Scores scores, Caps caps, DualPrices prices) {
    keepers.clear();
    Decision once = decide(decider, logged, scores, rules, caps, prices);
    if (once.experimentId() != null && !once.experimentId().equals(LoopHoldout.ID)) {
      return ofVariants(once.experimentId(), logged, scores, caps, prices);
    }
    return once.probability() == 1 || once.experimentId() != null
        ? Map.of(choice(once), 1.0)
        : ofDraw(once, choice(decide(best, logged, scores, rules, caps, prices)));
  }

  /** What has kept others of its stacking group out of the choices that were asked for last. */
  List<Candidate> keepers() {
    return keepers;
  }

  private Decision decide(
      Decider with,
      LoggedDecision logged,
      Scores scores,
      RuleSet under,
      Caps caps,
      DualPrices prices) {
    Decision made =
        with.decideBriefly(logged.request(under), logged.features(), scores, under, caps, prices);
    keepers.addAll(KeptOut.of(made, under).values());
    return made;
  }

  private Map<String, Double> ofVariants(
      String id, LoggedDecision logged, Scores scores, Caps caps, DualPrices prices) {
    Experiment experiment =
        rules.experiments().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    var shares = new TreeMap<String, Double>();
    Adjusting.weights(experiment, scores.segment())
        .forEach(
            (variant, weight) -> {
              if (weight > 0) {
                RuleSet sure =
                    forced.computeIfAbsent(id + '/' + variant, key -> force(experiment, variant));
                shares.merge(
                    choice(decide(best, logged, scores, sure, caps, prices)), weight, Double::sum);
              }
            });
    return shares;
  }

  /** The rules with all weight of an experiment on one variant. */
  private RuleSet force(Experiment experiment, String variant) {
    List<Variant> variants =
        experiment.variants().stream()
            .map(
                one ->
                    new Variant(
                        one.id(),
                        one.control(),
                        one.id().equals(variant) ? 1 : 0,
                        one.promotions()))
            .toList();
    Experiment sure =
        experiment.withVariants(variants).withSegmentWeights(List.of()).withBuckets(List.of());
    List<Experiment> experiments =
        rules.experiments().stream()
            .map(one -> one.id().equals(experiment.id()) ? sure : one)
            .toList();
    return rules.withExperiments(experiments);
  }

  private Map<String, Double> ofDraw(Decision once, String bestChoice) {
    var shares = new TreeMap<String, Double>();
    shares.put(RulePreview.NOTHING, 0.0);
    for (Candidate candidate : once.candidates()) {
      if (candidate.promotionId() != null
          && (candidate.loss() == null || COULD_BE_DRAWN.contains(candidate.loss()))) {
        shares.put(candidate.promotionId(), 0.0);
      }
    }
    double chance = exploration / shares.size();
    shares.replaceAll((choice, none) -> chance + (choice.equals(bestChoice) ? 1 - exploration : 0));
    return shares;
  }

  static String choice(Decision decision) {
    return decision.promotionId() == null ? RulePreview.NOTHING : decision.promotionId();
  }
}
