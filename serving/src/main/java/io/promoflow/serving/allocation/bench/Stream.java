package io.promoflow.serving.allocation.bench;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.allocation.Allocation;
import io.promoflow.serving.allocation.AllocationOptions;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.Offer;
import io.promoflow.serving.allocation.Sampled;
import io.promoflow.serving.allocation.SlidePlan;
import io.promoflow.serving.allocation.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides shoppers one after the other, at even moments of a period, as the decision job would have
 * them decided: the first slide goes without prices, each later one by those that {@link SlidePlan}
 * makes of the slide before it, which knows neither how many shoppers there are nor who is still to
 * come. Nothing is given beyond a limit, as the ledger would refuse it.
 */
final class Stream {
  private final RuleSet rules;
  private final AllocationOptions options;
  private final Instant from;
  private final Duration period;
  private final Map<String, Usage> used = new HashMap<>();
  private final List<Sampled> sample = new ArrayList<>();
  private DualPrices prices = new DualPrices("none", Instant.EPOCH, Map.of(), 0);
  private double share = 1;
  private long slideEnd;
  private long decided;
  private double profit;

  /**
   * A stream.
   *
   * @param rules with what is limited
   * @param from the first shopper's moment
   * @param period over which shoppers come
   */
  Stream(RuleSet rules, AllocationOptions options, Instant from, Duration period) {
    this.rules = rules;
    this.options = options;
    this.from = from;
    this.period = period;
    slideEnd = options.slideEnd(from.toEpochMilli());
  }

  /** Profit of all, in cents. */
  double decide(List<List<Offer>> shoppers) {
    for (int i = 0; i < shoppers.size(); i++) {
      Instant at = from.plus(period.multipliedBy(i).dividedBy(shoppers.size()));
      if (at.toEpochMilli() >= slideEnd) {
        endSlide();
        slideEnd = options.slideEnd(at.toEpochMilli());
      }
      decide(new Sampled(slideEnd, "k1." + i, shoppers.get(i)), at);
    }
    return profit;
  }

  private void decide(Sampled shopper, Instant at) {
    List<Offer> possible = shopper.offers().stream().filter(this::isLeft).toList();
    Allocation.best(possible, prices).ifPresent(offer -> give(offer, at.toEpochMilli()));
    decided++;
    if (shopper.isAmong(share)) {
      sample.add(shopper);
    }
  }

  private void endSlide() {
    var plan = new SlidePlan(options, rules, Instant.ofEpochMilli(slideEnd), used, Map.of());
    prices = plan.prices(sample, sample.size() / (double) decided);
    share = options.shareAfter(decided);
    sample.clear();
    decided = 0;
  }

  private boolean isLeft(Offer offer) {
    Promotion promotion = promotion(offer.promotionId());
    Usage gone = used.getOrDefault(offer.promotionId(), Usage.none(0));
    return isWithin(promotion.budgetCents(), gone.cents() + offer.budgetCents())
        && isWithin(promotion.stock(), gone.units() + offer.units());
  }

  private Promotion promotion(String id) {
    return rules.promotions().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }

  private static boolean isWithin(Long limit, double used) {
    return limit == null || used <= limit;
  }

  private void give(Offer offer, long at) {
    profit += offer.gainCents();
    used.merge(
        offer.promotionId(),
        Usage.none(at).plus(offer, at),
        (before, first) -> before.plus(offer, at));
  }

  /** What was given beyond a limit, cents and units together; 0 unless something is wrong. */
  double overspent() {
    double over = 0;
    for (Promotion one : rules.promotions()) {
      Usage gone = used.getOrDefault(one.id(), Usage.none(0));
      over += one.budgetCents() == null ? 0 : Math.max(0, gone.cents() - one.budgetCents());
      over += one.stock() == null ? 0 : Math.max(0, gone.units() - one.stock());
    }
    return over;
  }
}
