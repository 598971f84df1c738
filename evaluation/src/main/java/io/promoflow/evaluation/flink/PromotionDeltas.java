package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CategoryRevenue;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.PromotionAttribution;
import io.promoflow.evaluation.PromotionAttribution.Offer;
import io.promoflow.evaluation.PromotionDay;
import io.promoflow.evaluation.PromotionSums;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;

/**
 * The part of {@link ShopperAttribution} that is about promotions and categories, whatever the
 * experiments: which of a shopper's offers an outcome answers, and what that adds to the totals.
 */
final class PromotionDeltas {
  private final PromotionAttribution attribution;
  private final Kept<Offer> offers;
  private final Kept<Outcome> outcomes;

  /**
   * @param attribution which offer an outcome answers
   * @param offers made to the shopper
   * @param outcomes of the shopper
   */
  PromotionDeltas(PromotionAttribution attribution, Kept<Offer> offers, Kept<Outcome> outcomes) {
    this.attribution = attribution;
    this.offers = offers;
    this.outcomes = outcomes;
  }

  /** One more offer. Outcomes may answer it already, of which it moves some to its day. */
  void offer(Offer offer, KeyedCoProcessFunction<?, ?, ?, ?>.Context context) throws Exception {
    String promotion = offer.promotionId();
    if (promotion != null) {
      List<Outcome> answers = answersTo(promotion);
      List<Offer> offered = offers.all();
      offered.removeIf(other -> !promotion.equals(other.promotionId()));
      var before = attribution.contributions(offered, answers);
      offered.add(offer);
      emit(before, attribution.contributions(offered, answers), context);
    }
    offers.put(offer.decisionId(), offer);
  }

  /** Outcomes that a decision for the promotion may move to another day, in whole orders. */
  private List<Outcome> answersTo(String promotionId) throws Exception {
    List<Outcome> answers = outcomes.all();
    var orders = new HashSet<String>();
    for (Outcome outcome : answers) {
      if (outcome.isOfOrder() && promotionId.equals(outcome.promotionId())) {
        orders.add(outcome.orderKey());
      }
    }
    answers.removeIf(
        outcome ->
            outcome.isOfOrder()
                ? !orders.contains(outcome.orderKey())
                : !promotionId.equals(outcome.promotionId()));
    return answers;
  }

  /**
   * One more outcome, which changes what it brings itself, or the rest of its order.
   *
   * @param known the shopper's outcomes before it
   */
  void outcome(
      Outcome outcome, List<Outcome> known, KeyedCoProcessFunction<?, ?, ?, ?>.Context context)
      throws Exception {
    var before = new ArrayList<Outcome>();
    if (outcome.isOfOrder()) {
      String order = outcome.orderKey();
      for (Outcome other : known) {
        if (other.isOfOrder() && other.orderKey().equals(order)) {
          before.add(other);
        }
      }
    } else if (outcome.promotionId() == null) {
      return;
    }
    var after = new ArrayList<>(before);
    after.add(outcome);
    if (after.stream().anyMatch(one -> one.promotionId() != null)) {
      List<Offer> offered = offers.all();
      emit(attribution.answers(offered, before), attribution.answers(offered, after), context);
    }
    CategoryRevenue.difference(CategoryRevenue.of(before), CategoryRevenue.of(after))
        .forEach(
            (slice, cents) ->
                context.output(ShopperAttribution.CATEGORIES, new CategoryDelta(slice, cents)));
  }

  private static void emit(
      Map<PromotionDay, PromotionSums> before,
      Map<PromotionDay, PromotionSums> after,
      KeyedCoProcessFunction<?, ?, ?, ?>.Context context) {
    PromotionAttribution.difference(before, after)
        .forEach(
            (day, sums) ->
                context.output(ShopperAttribution.PROMOTIONS, new PromotionDelta(day, sums)));
  }
}
