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
import io.promoflow.serving.PreparedRules;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How probable each choice is under rules, over everything that they leave to chance: the variant
 * of an experiment and the draw of exploration. Found out by deciding, not by knowing how it is
 * done: once per variant, as if it had all the weight.
 */
final class ChoiceShares {
  /** Promotions that lost by these could have been drawn. */
  private static final Set<Loss> COULD_BE_DRAWN =
      EnumSet.of(Loss.NOT_WORTH_ITS_COST, Loss.LOWER_SCORE, Loss.NOT_DRAWN);

  private static final double TOLERANCE = 1e-9;

  private final Decider drawing;
  private final Decider best;
  private final double exploration;
  private final PreparedRules rules;
  private final Map<String, PreparedRules> forced = new TreeMap<>();
  private final List<Candidate> keepers = new ArrayList<>();

  /**
   * Under some rules.
   *
   * @param ledger that answers as the one of then did
   */
  ChoiceShares(Assumptions assumptions, RuleSet rules, Ledger ledger) {
    this.exploration = assumptions.explorationShare();
    this.drawing = new Decider(assumptions.exploring(1), ledger);
    this.best = new Decider(assumptions.exploring(0), ledger);
    this.rules = new PreparedRules(rules);
  }

  RuleSet rules() {
    return rules.rules();
  }

  /**
   * Probability by promotion, or {@link RulePreview#NOTHING}; they add up to 1.
   *
   * @param scores what models say of the shopper, those of then or others
   * @param prices dual prices of then; null when there were none
   */
  Map<String, Double> of(LoggedDecision logged, Scores scores, Caps caps, DualPrices prices) {
    keepers.clear();
    Decision sure = decide(best, logged, scores, rules, caps, prices);
    if (isOfExperiment(sure)) {
      return ofVariants(sure.experimentId(), logged, scores, caps, prices);
    }
    return exploration == 0
        ? Map.of(choice(sure), 1.0)
        : drawn(choices(sure, logged, scores, caps, prices), choice(sure), exploration);
  }

  /**
   * The same with as much left to chance as the logged probability tells, whatever is by now.
   *
   * @return empty when no share gives what was chosen this probability
   */
  Map<String, Double> asLogged(LoggedDecision logged, Scores scores, Caps caps, DualPrices prices) {
    keepers.clear();
    Decision decision = logged.decision();
    Decision sure = decide(best, logged, scores, rules, caps, prices);
    if (!Objects.equals(sure.experimentId(), decision.experimentId())) {
      return Map.of();
    }
    if (isOfExperiment(sure)) {
      return ofVariants(sure.experimentId(), logged, scores, caps, prices);
    }
    if (decision.probability() == 1) {
      return Map.of(choice(sure), 1.0);
    }
    Set<String> choices = choices(sure, logged, scores, caps, prices);
    double share = leftToChance(decision, choices, choice(sure));
    return share <= 1 ? drawn(choices, choice(sure), share) : Map.of();
  }

  /** ε, of which the best of n has 1 − ε + ε/n, each other ε/n; above 1 when there is none. */
  private double leftToChance(Decision decision, Set<String> choices, String bestChoice) {
    int n = choices.size();
    if (n == 1 || !choices.contains(choice(decision))) {
      return Double.POSITIVE_INFINITY;
    }
    double p = decision.probability();
    double share = choice(decision).equals(bestChoice) ? (1 - p) * n / (n - 1) : p * n;
    for (double exact : new double[] {exploration, 1}) {
      if (Math.abs(share - exact) < TOLERANCE) {
        return exact;
      }
    }
    return share;
  }

  private static boolean isOfExperiment(Decision made) {
    return made.experimentId() != null && !made.experimentId().equals(LoopHoldout.ID);
  }

  /** What has kept others of its stacking group out of the choices that were asked for last. */
  List<Candidate> keepers() {
    return keepers;
  }

  private Decision decide(
      Decider with,
      LoggedDecision logged,
      Scores scores,
      PreparedRules under,
      Caps caps,
      DualPrices prices) {
    RuleSet asked = under.rules();
    Decision made =
        with.decideBriefly(logged.request(asked), logged.features(), scores, under, caps, prices);
    keepers.addAll(KeptOut.of(made, asked).values());
    return made;
  }

  private Map<String, Double> ofVariants(
      String id, LoggedDecision logged, Scores scores, Caps caps, DualPrices prices) {
    Experiment experiment =
        rules().experiments().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    var shares = new TreeMap<String, Double>();
    Adjusting.weights(experiment, scores.segment())
        .forEach(
            (variant, weight) -> {
              if (weight > 0) {
                PreparedRules sure =
                    forced.computeIfAbsent(
                        id + '/' + variant, key -> new PreparedRules(force(experiment, variant)));
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
        rules().experiments().stream()
            .map(one -> one.id().equals(experiment.id()) ? sure : one)
            .toList();
    return rules().withExperiments(experiments);
  }

  /** What can be drawn, nothing among it; one choice where it was laid down. */
  private Set<String> choices(
      Decision sure, LoggedDecision logged, Scores scores, Caps caps, DualPrices prices) {
    Decision drawn = decide(drawing, logged, scores, rules, caps, prices);
    if (drawn.probability() == 1 || drawn.experimentId() != null) {
      return Set.of(choice(sure));
    }
    var choices = new TreeSet<String>();
    choices.add(RulePreview.NOTHING);
    for (Candidate candidate : drawn.candidates()) {
      if (candidate.promotionId() != null
          && (candidate.loss() == null || COULD_BE_DRAWN.contains(candidate.loss()))) {
        choices.add(candidate.promotionId());
      }
    }
    return choices;
  }

  private static Map<String, Double> drawn(Set<String> choices, String best, double share) {
    if (share == 0 || choices.size() == 1) {
      return Map.of(best, 1.0);
    }
    var shares = new TreeMap<String, Double>();
    double chance = share / choices.size();
    choices.forEach(one -> shares.put(one, chance + (one.equals(best) ? 1 - share : 0)));
    return shares;
  }

  static String choice(Decision decision) {
    return decision.promotionId() == null ? RulePreview.NOTHING : decision.promotionId();
  }
}
