package io.promoflow.serving;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.pricing.Pricing;
import io.promoflow.serving.scoring.ModelScores;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One decision per request, a pure function of what is known: the same question over the same
 * knowledge gets the same answer, on the stream and behind HTTP.
 */
public final class Decider {
  private final Assumptions assumptions;

  /** Of every thread its own, for the rules that it decided under last. */
  private final ThreadLocal<DecisionCore> cores = new ThreadLocal<>();

  public Decider(Assumptions assumptions) {
    this.assumptions = assumptions;
  }

  /**
   * Decides.
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
    Scores scores = ModelScores.of(features, models, assumptions.contributions());
    return decide(request, features, scores, rules, caps);
  }

  /** Decides with what the models have said, now or when the decision was made first. */
  public Decision decide(
      DecisionRequest request, FeatureRow features, Scores scores, RuleSet rules, Caps caps) {
    var known = new Eligibility(features, scores, request);
    var limits = new OfferLimits(rules, caps, request.at());
    Strategy strategy = Strategy.choose(request, rules.experiments(), scores.segment());
    var open = new ArrayList<Scored>();
    var losses = new HashMap<String, Candidate>();
    for (Promotion promotion : rules.promotions()) {
      Optional<Candidate> loss = loss(promotion, known, strategy, limits);
      if (loss.isPresent()) {
        losses.put(promotion.id(), loss.get());
      } else {
        open.add(scored(promotion, request.cart(), scores));
      }
    }
    ExclusiveGroups.losses(open.stream().map(Scored::promotion).toList())
        .forEach(loss -> losses.put(loss.promotionId(), loss));
    open.removeIf(one -> losses.containsKey(one.promotion().id()));
    Scored chosen = choose(open, strategy, losses);
    List<Candidate> candidates =
        rules.promotions().stream()
            .map(
                promotion ->
                    losses.containsKey(promotion.id())
                        ? losses.get(promotion.id())
                        : new Candidate(promotion.id(), chosen.score(), null, null))
            .toList();
    return decision(request, features, scores, strategy, chosen, candidates, rules);
  }

  /**
   * Decides the same quickly: of promotions that were not open to the shopper only {@link
   * Decision#losses} tells, and nothing is said in words.
   */
  public Decision decideBriefly(
      DecisionRequest request, FeatureRow features, Scores scores, RuleSet rules, Caps caps) {
    DecisionCore core = cores.get();
    if (core == null || core.rules() != rules) {
      core = new DecisionCore(assumptions, rules);
      cores.set(core);
    }
    core.decide(request, features, scores, caps);
    return core.decision(request, features, scores);
  }

  /** A promotion that may be given, with what it would bring. */
  private record Scored(Promotion promotion, long costCents, double score) {}

  private Scored scored(Promotion promotion, Cart cart, Scores scores) {
    long cost = Cost.cents(promotion, cart);
    return new Scored(
        promotion,
        cost,
        assumptions.incrementalProfitCents(scores.propensity(), cart.totalCents(), cost));
  }

  private static Optional<Candidate> loss(
      Promotion promotion, Eligibility known, Strategy strategy, OfferLimits limits) {
    Optional<Candidate> excluded = strategy.excludes(promotion.id());
    if (excluded.isPresent()) {
      return excluded;
    }
    Instant at = known.request().at();
    if (!promotion.holds(at)) {
      return lost(promotion, Loss.OUTSIDE_PERIOD, at + " is not " + period(promotion));
    }
    for (Condition condition : promotion.eligibility()) {
      Optional<String> failure = known.failure(condition, promotion.zone());
      if (failure.isPresent()) {
        return lost(promotion, Loss.NOT_ELIGIBLE, failure.get());
      }
    }
    Optional<Candidate> ofCart = cartLoss(promotion, known);
    return ofCart.isPresent() ? ofCart : limits.loss(promotion);
  }

  private static String period(Promotion promotion) {
    String bounds = "from " + promotion.from() + " until " + promotion.until();
    return promotion.periods().isEmpty()
        ? bounds
        : bounds + " within the periods of " + promotion.campaign();
  }

  private static Optional<Candidate> cartLoss(Promotion promotion, Eligibility known) {
    if (promotion.kind() == PromotionKind.MEMBER_PRICE
        && !known.isMember(promotion.terms().memberLevel())) {
      String level = promotion.terms().memberLevel();
      return lost(promotion, Loss.NOT_ELIGIBLE, "member_level must be " + level);
    }
    Cart cart = known.cart();
    if (!Pricing.covers(promotion, cart)) {
      return lost(promotion, Loss.NOT_COVERED, "nothing in the cart is covered, or not all of it");
    }
    long least = promotion.terms().leastSpendCents();
    long spend = cart.coveredCents(promotion);
    if (spend < least) {
      return lost(
          promotion,
          Loss.BELOW_MINIMUM_SPEND,
          "covered cart value is " + spend + " cents, must be at least " + least);
    }
    return Optional.empty();
  }

  /** The best one that is left, or null; the others' losses are noted. */
  private static Scored choose(
      List<Scored> open, Strategy strategy, Map<String, Candidate> losses) {
    var best =
        open.stream()
            .filter(one -> strategy.givesAnyScore() || one.score() > 0)
            .min(
                Comparator.comparingDouble((Scored one) -> -one.score())
                    .thenComparing(one -> -one.promotion().priority())
                    .thenComparing(one -> one.promotion().id()))
            .orElse(null);
    for (Scored one : open) {
      if (!one.equals(best)) {
        losses.put(one.promotion().id(), beaten(one, best));
      }
    }
    return best;
  }

  private static Candidate beaten(Scored one, Scored best) {
    String id = one.promotion().id();
    if (best == null) {
      return new Candidate(
          id, one.score(), Loss.NOT_WORTH_ITS_COST, "expected incremental profit is not above 0");
    }
    return new Candidate(
        id,
        one.score(),
        one.score() > 0 || best.score() <= 0 ? Loss.LOWER_SCORE : Loss.NOT_WORTH_ITS_COST,
        best.promotion().id() + " scores " + best.score());
  }

  private static Decision decision(
      DecisionRequest request,
      FeatureRow features,
      Scores scores,
      Strategy strategy,
      Scored chosen,
      List<Candidate> candidates,
      RuleSet rules) {
    return new Decision(
        request.decisionId(),
        request.requestId(),
        request.trigger(),
        request.shopperId(),
        request.at(),
        request.cart().totalCents(),
        scores.segment(),
        scores.propensity(),
        strategy.experimentId(),
        strategy.variant(),
        chosen == null ? null : chosen.promotion().id(),
        strategy.probability(),
        chosen == null ? 0 : chosen.costCents(),
        candidates,
        rules.version(),
        scores.modelVersions(),
        features == null ? null : features.featuresVersion(),
        features == null ? null : features.asOf(),
        scores.contributions());
  }

  static Optional<Candidate> lost(Promotion promotion, Loss loss, String detail) {
    return Optional.of(new Candidate(promotion.id(), null, loss, detail));
  }

  static boolean holds(Instant from, Instant until, Instant at) {
    return (from == null || !at.isBefore(from)) && (until == null || at.isBefore(until));
  }
}
