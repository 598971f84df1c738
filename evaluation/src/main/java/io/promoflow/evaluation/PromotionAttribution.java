package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.Decision;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one shopper contributes to the outcomes of promotions. An event counts on the day of the
 * decision that it answers: the one it names, else the shopper's latest one for the promotion
 * within the window before it, else on its own day. A reversal counts where the line that it takes
 * back was counted. Contributions of other events and of other orders are independent of each
 * other.
 *
 * @param windowMillis how long after a decision an event may still answer it
 */
public record PromotionAttribution(long windowMillis) implements Serializable {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final Comparator<Offer> BY_TIME =
      Comparator.comparingLong(Offer::atMillis).thenComparing(Offer::decisionId);

  /**
   * A decision that chose a promotion.
   *
   * @param decisionId which decision
   * @param atMillis event time, epoch milliseconds
   * @param promotionId what was chosen; null when nothing was
   * @param costCents what its use costs the shop on this cart; null when the decision does not tell
   */
  public record Offer(String decisionId, long atMillis, String promotionId, Long costCents) {
    public static Offer of(Decision decision) {
      String promotion = decision.promotionId();
      Long cost =
          promotion == null
              ? null
              : decision.candidates().stream()
                  .filter(candidate -> promotion.equals(candidate.promotionId()))
                  .map(Decision.Candidate::costCents)
                  .findFirst()
                  .orElse(null);
      return new Offer(decision.decisionId(), decision.at().toEpochMilli(), promotion, cost);
    }
  }

  /** The contributions, given all offers of the shopper and whole orders among the outcomes. */
  public Map<PromotionDay, PromotionSums> contributions(
      Collection<Offer> offers, Collection<Outcome> outcomes) {
    var sums = new HashMap<PromotionDay, PromotionSums>();
    for (Offer offer : offers) {
      if (offer.promotionId() != null) {
        var day = day(offer.promotionId(), offer.atMillis());
        sums.merge(day, PromotionSums.offered(!sums.containsKey(day)), PromotionSums::plus);
      }
    }
    answers(offers, outcomes).forEach((day, sum) -> sums.merge(day, sum, PromotionSums::plus));
    return sums;
  }

  /** The part of the contributions that is of the outcomes. */
  public Map<PromotionDay, PromotionSums> answers(
      Collection<Offer> offers, Collection<Outcome> outcomes) {
    var sums = new HashMap<PromotionDay, PromotionSums>();
    for (Outcome outcome : outcomes) {
      if (outcome.promotionId() != null && !outcome.isOfOrder()) {
        sums.merge(day(outcome, answered(outcome, offers)), of(outcome), PromotionSums::plus);
      }
    }
    for (List<MoneyFlow> order : MoneyFlow.byOrder(outcomes)) {
      ordered(order, offers).forEach((day, sum) -> sums.merge(day, sum, PromotionSums::plus));
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

  /** What an order's lines of one promotion come to that answer one offer. */
  private static final class Used {
    private long pieces;
    private boolean tellsDiscount;
    private Long decidedCents;
  }

  private Map<PromotionDay, PromotionSums> ordered(
      List<MoneyFlow> order, Collection<Offer> offers) {
    var sums = new HashMap<PromotionDay, PromotionSums>();
    var uses = new HashMap<PromotionDay, Used>();
    for (MoneyFlow flow : order) {
      Outcome line = flow.line();
      if (line.promotionId() == null) {
        continue;
      }
      Offer offer = answered(line, offers);
      var day = day(line, offer);
      Used used = uses.get(day);
      boolean newOrder = !line.isReversal() && used == null;
      if (newOrder) {
        used = new Used();
        used.decidedCents = offer == null ? null : offer.costCents();
        uses.put(day, used);
      }
      if (used != null) {
        used.pieces += flow.pieces();
        used.tellsDiscount |= line.discountCents() != null;
      }
      sums.merge(day, PromotionSums.ordered(newOrder, flow), PromotionSums::plus);
    }
    uses.forEach(
        (day, used) -> {
          if (used.pieces > 0 && !used.tellsDiscount && used.decidedCents != null) {
            sums.merge(day, PromotionSums.spent(used.decidedCents), PromotionSums::plus);
          }
        });
    return sums;
  }

  private static PromotionSums of(Outcome outcome) {
    return switch (outcome.type()) {
      case PROMOTION_VIEWED -> PromotionSums.answered(1, 0, 0);
      case PROMOTION_CLICKED -> PromotionSums.answered(0, 1, 0);
      case COUPON_REDEEMED -> PromotionSums.answered(0, 0, 1);
      default -> PromotionSums.ZERO;
    };
  }

  /** The offer that an event answers; null when none. */
  private Offer answered(Outcome outcome, Collection<Offer> offers) {
    Offer latest = null;
    for (Offer offer : offers) {
      if (!outcome.promotionId().equals(offer.promotionId())) {
        continue;
      }
      if (offer.decisionId().equals(outcome.decisionId())) {
        return offer;
      }
      long age = outcome.atMillis() - offer.atMillis();
      boolean inTime = age >= 0 && age < windowMillis;
      if (inTime && (latest == null || BY_TIME.compare(offer, latest) > 0)) {
        latest = offer;
      }
    }
    return latest;
  }

  private static PromotionDay day(Outcome outcome, Offer answered) {
    return day(outcome.promotionId(), answered == null ? outcome.atMillis() : answered.atMillis());
  }

  private static PromotionDay day(String promotionId, long atMillis) {
    return new PromotionDay(Math.floorDiv(atMillis, DAY_MILLIS), promotionId);
  }
}
