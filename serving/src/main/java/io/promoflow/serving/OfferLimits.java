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
    List<ContactCap> limits = rules.contactCaps();
    for (int i = 0; i < limits.size(); i++) { // without an iterator: this is asked very often
      ContactCap limit = limits.get(i);
      if (counts(limit, promotion) && contacts(limit) >= limit.offers()) {
        return loss(promotion, limit);
      }
    }
    return Optional.empty();
  }

  private static boolean counts(ContactCap limit, Promotion promotion) {
    return limit.campaign() == null || limit.campaign().equals(promotion.campaign());
  }

  private int offered(Promotion promotion) {
    Long period = promotion.capPeriodMillis();
    return period == null
        ? caps.offered(promotion.id())
        : caps.offered(promotion.id(), at.minusMillis(period));
  }

  /**
   * Of anything, whatever the rules were when it was offered; of a campaign what the rules have in
   * it: nobody remembers the campaign of what has left them.
   */
  private int contacts(ContactCap limit) {
    Instant since = at.minusMillis(limit.periodMillis());
    if (limit.campaign() == null) {
      return caps.contacts(since);
    }
    int sum = 0;
    for (Promotion one : rules.promotions()) {
      sum += counts(limit, one) ? caps.offered(one.id(), since) : 0;
    }
    return sum;
  }

  private Optional<Candidate> loss(Promotion promotion, ContactCap limit) {
    String whose = limit.campaign() == null ? "" : " of campaign " + limit.campaign();
    String detail = contacts(limit) + " offers" + whose + over(limit.periodMillis());
    return Obstacles.lost(
        promotion, Loss.CONTACT_CAP_REACHED, detail + ", cap is " + limit.offers());
  }

  private static String over(Long millis) {
    return millis == null ? "" : " within " + Duration.ofMillis(millis);
  }
}
