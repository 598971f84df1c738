package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How often a shopper may still be offered something: the cap of a promotion, and the contact caps
 * over all of them or over those of a campaign.
 *
 * @param rules what limits
 * @param caps what the shopper was offered before
 * @param at the moment of the decision; periods end there
 */
record OfferLimits(RuleSet rules, Caps caps, Instant at) {

  /** Why the promotion may not be offered once more; empty when it may. */
  Optional<Candidate> loss(Promotion promotion) {
    Integer cap = promotion.perShopperCap();
    int offered = cap == null ? 0 : offered(promotion);
    if (cap != null && offered >= cap) {
      String detail = "offered " + offered + " times" + over(promotion.capPeriodMillis());
      return Obstacles.lost(promotion, Loss.CAP_REACHED, detail + ", cap is " + cap);
    }
    return rules.contactCaps().stream()
        .filter(limit -> limit.campaign() == null || limit.campaign().equals(promotion.campaign()))
        .map(limit -> loss(promotion, limit))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private int offered(Promotion promotion) {
    Long period = promotion.capPeriodMillis();
    return period == null
        ? caps.offered(promotion.id())
        : caps.offered(promotion.id(), at.minusMillis(period));
  }

  private Optional<Candidate> loss(Promotion promotion, ContactCap limit) {
    List<String> counted =
        rules.promotions().stream()
            .filter(one -> limit.campaign() == null || limit.campaign().equals(one.campaign()))
            .map(Promotion::id)
            .toList();
    int contacts = caps.contacts(counted, at.minusMillis(limit.periodMillis()));
    if (contacts < limit.offers()) {
      return Optional.empty();
    }
    String whose = limit.campaign() == null ? "" : " of campaign " + limit.campaign();
    String detail = contacts + " offers" + whose + over(limit.periodMillis());
    return Obstacles.lost(
        promotion, Loss.CONTACT_CAP_REACHED, detail + ", cap is " + limit.offers());
  }

  private static String over(Long millis) {
    return millis == null ? "" : " within " + Duration.ofMillis(millis);
  }
}
