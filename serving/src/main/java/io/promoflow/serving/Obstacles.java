package io.promoflow.serving;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.pricing.Lack;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a promotion is out of the question, before anybody asks what it would bring.
 *
 * @param known what conditions are tested on
 * @param strategy which promotions are in question
 * @param limits how often the shopper may still be offered something
 */
record Obstacles(Eligibility known, Strategy strategy, OfferLimits limits) {

  /** The first one; empty when there is none. */
  Optional<Candidate> loss(Promotion promotion) {
    return strategy
        .excludes(promotion.id())
        .or(() -> misfit(promotion))
        .or(() -> limits.loss(promotion));
  }

  /** Why it does not suit the shopper, the moment or the cart; empty when it does. */
  private Optional<Candidate> misfit(Promotion promotion) {
    return periodLoss(promotion).or(() -> conditionLoss(promotion)).or(() -> cartLoss(promotion));
  }

  /** What {@link io.promoflow.ingestion.schema.Decision#triggered} tells. */
  Boolean triggered(RuleSet rules) {
    return rules.experiments().stream()
        .filter(experiment -> experiment.id().equals(strategy.experimentId()))
        .findFirst()
        .map(Strategy::differing)
        .map(
            ids ->
                rules.promotions().stream()
                    .filter(promotion -> ids.contains(promotion.id()))
                    .anyMatch(promotion -> misfit(promotion).isEmpty()))
        .orElse(null);
  }

  private Optional<Candidate> periodLoss(Promotion promotion) {
    Instant at = known.request().at();
    return promotion.holds(at)
        ? Optional.empty()
        : lost(promotion, Loss.OUTSIDE_PERIOD, outside(promotion, at));
  }

  static String outside(Promotion promotion, Instant at) {
    return at + " is not " + period(promotion);
  }

  private static String period(Promotion promotion) {
    String bounds = "from " + promotion.from() + " until " + promotion.until();
    return promotion.periods().isEmpty()
        ? bounds
        : bounds + " within the periods of " + promotion.campaign();
  }

  private Optional<Candidate> conditionLoss(Promotion promotion) {
    for (Condition condition : promotion.eligibility()) {
      Optional<String> failure = known.failure(condition, promotion.zone());
      if (failure.isPresent()) {
        return lost(promotion, Loss.NOT_ELIGIBLE, failure.get());
      }
    }
    return Optional.empty();
  }

  private Optional<Candidate> cartLoss(Promotion promotion) {
    if (promotion.kind() == PromotionKind.MEMBER_PRICE
        && !known.isMember(promotion.terms().memberLevel())) {
      String level = promotion.terms().memberLevel();
      return lost(promotion, Loss.NOT_ELIGIBLE, "member_level must be " + level);
    }
    return Lack.of(promotion, known.cart())
        .flatMap(lack -> lost(promotion, lack.loss(), lack.detail()));
  }

  static Optional<Candidate> lost(Promotion promotion, Loss loss, String detail) {
    return Optional.of(new Candidate(promotion.id(), null, loss, detail));
  }
}
