package io.promoflow.evaluation;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/**
 * What one shopper contributes to the outcomes of one promotion. An event counts on the day of the
 * decision that it answers: the one it names, else the shopper's latest one for the promotion
 * within the window before it, else on its own day.
 *
 * @param windowMillis how long after a decision an event may still answer it
 */
public record PromotionAttribution(long windowMillis) implements Serializable {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /**
   * A decision that chose a promotion.
   *
   * @param decisionId which decision
   * @param atMillis event time, epoch milliseconds
   * @param promotionId what was chosen; null when nothing was
   */
  public record Offer(String decisionId, long atMillis, String promotionId) {}

  /** The contributions, given the shopper's offers and outcomes of one promotion. */
  public Map<PromotionDay, PromotionSums> contributions(
      String promotionId, Collection<Offer> offers, Collection<Outcome> outcomes) {
    var sums = new HashMap<PromotionDay, PromotionSums>();
    for (Offer offer : offers) {
      var day = day(promotionId, offer.atMillis());
      long shopper = sums.containsKey(day) ? 0 : 1;
      sums.merge(day, new PromotionSums(1, shopper, 0, 0, 0, 0, 0), PromotionSums::plus);
    }
    var orders = new HashSet<String>();
    for (Outcome outcome : outcomes) {
      var day = day(promotionId, answeredMillis(outcome, offers));
      boolean newOrder = isPlaced(outcome) && orders.add(day.epochDay() + " " + outcome.orderKey());
      sums.merge(day, of(outcome, newOrder), PromotionSums::plus);
    }
    return sums;
  }

  /** What has to be added to turn the one into the other. */
  public static Map<PromotionDay, PromotionSums> difference(
      Map<PromotionDay, PromotionSums> before, Map<PromotionDay, PromotionSums> after) {
    var difference = new HashMap<>(after);
    before.forEach((day, sums) -> difference.merge(day, sums.negated(), PromotionSums::plus));
    difference.values().removeIf(PromotionSums::isZero);
    return difference;
  }

  private static boolean isPlaced(Outcome outcome) {
    return switch (outcome.type()) {
      case ORDER_PLACED -> true;
      default -> false;
    };
  }

  private static PromotionSums of(Outcome outcome, boolean newOrder) {
    long discount = outcome.discountCents() == null ? 0 : outcome.discountCents();
    return switch (outcome.type()) {
      case PROMOTION_VIEWED -> new PromotionSums(0, 0, 1, 0, 0, 0, 0);
      case PROMOTION_CLICKED -> new PromotionSums(0, 0, 0, 1, 0, 0, 0);
      case COUPON_REDEEMED -> new PromotionSums(0, 0, 0, 0, 1, 0, 0);
      case ORDER_PLACED -> new PromotionSums(0, 0, 0, 0, 0, newOrder ? 1 : 0, discount);
      case ORDER_CANCELLED, ORDER_REFUNDED -> new PromotionSums(0, 0, 0, 0, 0, 0, -discount);
      default -> PromotionSums.ZERO;
    };
  }

  private long answeredMillis(Outcome outcome, Collection<Offer> offers) {
    long latest = Long.MIN_VALUE;
    for (Offer offer : offers) {
      if (offer.decisionId().equals(outcome.decisionId())) {
        return offer.atMillis();
      }
      long age = outcome.atMillis() - offer.atMillis();
      if (age >= 0 && age < windowMillis) {
        latest = Math.max(latest, offer.atMillis());
      }
    }
    return latest == Long.MIN_VALUE ? outcome.atMillis() : latest;
  }

  private static PromotionDay day(String promotionId, long atMillis) {
    return new PromotionDay(Math.floorDiv(atMillis, DAY_MILLIS), promotionId);
  }
}
