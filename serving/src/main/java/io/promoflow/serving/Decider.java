package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.scoring.ModelScores;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One decision per request, a pure function of what is known: the same question over the same
 * knowledge gets the same answer, on the stream and behind HTTP. May be asked from many threads.
 */
public final class Decider {
  private final Assumptions assumptions;
  private final ModelScores models;
  private final Ledger ledger;
  private final ExpectedOrder expected;

  /** Decides under no limits. */
  public Decider(Assumptions assumptions) {
    this(assumptions, OpenLedger.INSTANCE);
  }

  /** Decides what a ledger will promise; whoever opened the ledger closes it. */
  public Decider(Assumptions assumptions, Ledger ledger) {
    this.assumptions = assumptions;
    this.models = new ModelScores(assumptions.contributions());
    this.ledger = ledger;
    this.expected = new ExpectedOrder(assumptions.orderCents());
  }

  /**
   * Decides without dual prices.
   *
   * @param features the row as it stood at the moment; null when there is none
   * @param models by name; may be empty
   * @param caps what the shopper was offered before
   */
  public Decision decide(
      DecisionRequest request,
      FeatureRow features,
      Map<String, ModelVersion> models,
      RuleSet rules,
      Caps caps) {
    return decide(request, features, models, rules, caps, null);
  }

  /**
   * Decides.
   *
   * @param features the row as it stood at the moment; null when there is none
   * @param models by name; may be empty
   * @param caps what the shopper was offered before
   * @param prices what scarce things are worth to others; null when nobody knows
   */
  public Decision decide(
      DecisionRequest request,
      FeatureRow features,
      Map<String, ModelVersion> models,
      RuleSet rules,
      Caps caps,
      DualPrices prices) {
    return decide(request, features, this.models.of(features, models), rules, caps, prices);
  }

  /** Decides with what the models have said, now or when the decision was made first. */
  public Decision decide(
      DecisionRequest request, FeatureRow features, Scores scores, RuleSet rules, Caps caps) {
    return decide(request, features, scores, rules, caps, null);
  }

  /** The same, with dual prices. */
  public Decision decide(
      DecisionRequest request,
      FeatureRow features,
      Scores scores,
      RuleSet rules,
      Caps caps,
      DualPrices prices) {
    Strategy strategy = strategy(request, rules, new Layers(rules.experiments()), scores.segment());
    var obstacles =
        new Obstacles(
            new Eligibility(features, scores, request),
            strategy,
            new OfferLimits(rules, caps, request.at()));
    Cart cart = expected.of(request.cart());
    double margin = Valuation.marginCents(request, cart, rules.margin(), assumptions);
    var open = new ArrayList<Scored>();
    var losses = new HashMap<String, Candidate>();
    for (Promotion promotion : rules.promotions()) {
      Optional<Candidate> loss = obstacles.loss(promotion);
      if (loss.isPresent()) {
        losses.put(promotion.id(), loss.get());
      } else {
        open.add(
            new Scored(
                promotion, Valuation.of(promotion, cart, margin, scores, assumptions, prices)));
      }
    }
    var groups = new ExclusiveGroups(open);
    Arms.Drawn drawn =
        new Choosing(request, strategy, ledger, assumptions.explorationShare(), groups, losses)
            .choose(groups.inQuestion());
    groups.losses().forEach(loss -> losses.put(loss.promotionId(), loss));
    var answer = new Answer(request, features, scores, rules, prices);
    return answer.of(
        strategy,
        drawn,
        candidates(rules, losses, drawn, strategy),
        null,
        obstacles.triggered(rules));
  }

  /**
   * Decides the same, quickly: nothing is said in words, and of promotions that were not open to
   * the shopper only {@link Decision#losses} tells.
   */
  public Decision decideBriefly(
      DecisionRequest request,
      FeatureRow features,
      Map<String, ModelVersion> models,
      RuleSet rules,
      Caps caps,
      DualPrices prices) {
    return decideBriefly(request, features, this.models.of(features, models), rules, caps, prices);
  }

  /** The same with what the models have said. */
  public Decision decideBriefly(
      DecisionRequest request,
      FeatureRow features,
      Scores scores,
      RuleSet rules,
      Caps caps,
      DualPrices prices) {
    return decideBriefly(request, features, scores, Screening.under(rules), caps, prices);
  }

  /** The same under rules that were prepared. */
  public Decision decideBriefly(
      DecisionRequest request,
      FeatureRow features,
      Scores scores,
      PreparedRules rules,
      Caps caps,
      DualPrices prices) {
    return decideBriefly(request, features, scores, rules.screening(), caps, prices);
  }

  private Decision decideBriefly(
      DecisionRequest request,
      FeatureRow features,
      Scores scores,
      Screening screening,
      Caps caps,
      DualPrices prices) {
    RuleSet rules = screening.rules();
    Strategy strategy = strategy(request, rules, screening.layers(), scores.segment());
    screening.run(request, features, scores, strategy, new OfferLimits(rules, caps, request.at()));
    var answer = new Answer(request, features, scores, rules, prices);
    List<Scored> open =
        screening.open(request, expected.of(request.cart()), scores, assumptions, prices);
    var losses = new HashMap<String, Candidate>();
    Arms.Drawn drawn =
        Choosing.briefly(
                request, strategy, ledger, assumptions.explorationShare(), screening, losses)
            .choose(open);
    return answer.of(
        strategy,
        drawn,
        candidates(open, losses, drawn, strategy),
        screening.letters(),
        screening.triggered(strategy, request));
  }

  private Strategy strategy(DecisionRequest request, RuleSet rules, Layers layers, String segment) {
    double share = rules.holdoutShare();
    if (Assignment.isHeldOut(share, request.shopperId())) {
      return Strategy.heldOut(share);
    }
    // where the loop is measured, whoever is not held out by the rules is counted as promoted
    return share == 0 && Assignment.isHeldOut(assumptions.holdoutShare(), request.shopperId())
        ? Strategy.HELD_OUT
        : Strategy.choose(request, rules.experiments(), layers, segment);
  }

  /** Those that were open, in the order of the rules; giving nothing comes last. */
  private static List<Candidate> candidates(
      List<Scored> open, Map<String, Candidate> losses, Arms.Drawn drawn, Strategy strategy) {
    var candidates = new ArrayList<Candidate>(open.size() + 1);
    for (Scored one : open) {
      Candidate loss = losses.get(one.id());
      candidates.add(loss == null ? drawn.chosen().won() : loss);
    }
    candidates.add(nothing(drawn.chosen(), strategy, false));
    return candidates;
  }

  /** In the order of the rules; giving nothing comes last. */
  private static List<Candidate> candidates(
      RuleSet rules, Map<String, Candidate> losses, Arms.Drawn drawn, Strategy strategy) {
    var candidates = new ArrayList<Candidate>();
    for (Promotion promotion : rules.promotions()) {
      Candidate loss = losses.get(promotion.id());
      candidates.add(loss == null ? drawn.chosen().won() : loss);
    }
    candidates.add(nothing(drawn.chosen(), strategy, true));
    return List.copyOf(candidates);
  }

  private static Candidate nothing(Scored chosen, Strategy strategy, boolean inWords) {
    if (chosen == null) {
      return new Candidate(null, 0.0, null, null, 0L, 0.0, 0.0, 0.0);
    }
    Loss loss =
        strategy.givesAnyScore()
            ? strategy.loss()
            : chosen.score() > 0 ? Loss.LOWER_SCORE : Loss.NOT_DRAWN;
    String detail = inWords ? whyNotNothing(chosen, strategy) : null;
    return new Candidate(null, 0.0, loss, detail, 0L, 0.0, 0.0, 0.0);
  }

  private static String whyNotNothing(Scored chosen, Strategy strategy) {
    if (strategy.givesAnyScore()) {
      return strategy.detail();
    }
    return chosen.score() > 0
        ? "scores 0, %s scores %.2f".formatted(chosen.id(), chosen.score())
        : chosen.id() + " was drawn to be tried";
  }

  static boolean holds(Instant from, Instant until, Instant at) {
    return (from == null || !at.isBefore(from)) && (until == null || at.isBefore(until));
  }
}
