package io.promoflow.serving.allocation;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import io.promoflow.serving.OpenTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Prices for the next slide, from what the last one could have given: what is left of a budget or a
 * stock is spread evenly over the time that is left to it, the next slide's part goes to as many
 * decisions as the last slide had, and pacing corrects by what was used against an even plan from
 * the start, where there is an end to plan for. Time is that in which the promotion may be offered;
 * its campaign may rest in between. What experiments gave in the last slide they are taken to give
 * in the next one as well: only the rest is there for decisions that a price can move.
 *
 * <p>A contact cap counts what the sampled shoppers were asked within the slide: a cap over a
 * longer period is priced only by what comes again within the slide.
 *
 * @param options slide and horizon
 * @param rules what is limited
 * @param at end of the slide
 * @param used by promotion, all slides so far
 * @param laidDown by promotion, what experiments gave in the slide
 */
public record SlidePlan(
    AllocationOptions options,
    RuleSet rules,
    Instant at,
    Map<String, Usage> used,
    Map<String, LaidDown> laidDown) {

  /** The name of the prices that a slide's end makes. */
  public static String version(Instant at) {
    return "prices@" + at;
  }

  /**
   * Prices.
   *
   * @param sample of the slide
   * @param share of the slide's free decisions that the sample holds, above 0 to 1
   * @throws UnsolvedException when none are found
   */
  public DualPrices prices(List<Sampled> sample, double share) {
    var budgets = new HashMap<String, Double>();
    var stocks = new HashMap<String, Double>();
    var budgetPaces = new HashMap<String, Double>();
    var stockPaces = new HashMap<String, Double>();
    for (Promotion promotion : rules.promotions()) {
      String id = promotion.id();
      Usage usage = used.getOrDefault(id, Usage.none(at.toEpochMilli()));
      LaidDown fixed = laidDown.getOrDefault(id, LaidDown.none(at.toEpochMilli(), id));
      Time time = time(promotion, usage);
      if (promotion.budgetCents() != null) {
        double total = promotion.budgetCents();
        budgets.put(id, share * time.due(total, usage.cents(), fixed.cents()));
        budgetPaces.put(id, time.pace(total, usage.cents()));
      }
      if (promotion.stock() != null) {
        double total = promotion.stock();
        stocks.put(id, share * time.due(total, usage.units(), fixed.units()));
        stockPaces.put(id, time.pace(total, usage.units()));
      }
    }
    var limits = new Limits(budgets, stocks, contacts(sample));
    List<List<Offer>> choices = sample.stream().map(Sampled::offers).toList();
    DualPrices solved = Allocation.solve(choices, limits).named(version(at), at);
    return Pacing.corrected(solved, budgetPaces, stockPaces);
  }

  /**
   * Where a promotion stands in its time.
   *
   * @param gone share that is over, 0 to 1; empty without an end
   * @param next share of what is left that the next slide is, 0 to 1
   */
  private record Time(OptionalDouble gone, double next) {
    double due(double total, double used, double laidDown) {
      return Math.max(0, Math.max(0, total - used) * next - laidDown);
    }

    double pace(double total, double used) {
      return gone.isEmpty() ? 1 : Pacing.multiplier(used, total * gone.getAsDouble(), total);
    }
  }

  private Time time(Promotion promotion, Usage usage) {
    OpenTime open = OpenTime.of(promotion).beginning(Instant.ofEpochMilli(usage.since()));
    double slide = options.slide().toMillis();
    if (!open.isBounded()) {
      double next = Math.min(1, slide / options.horizon().toMillis());
      return new Time(OptionalDouble.empty(), next);
    }
    long whole = Math.max(1, open.length().toMillis());
    long gone = open.passed(at).toMillis();
    double next = Math.min(1, slide / Math.max(1, whole - gone));
    return new Time(OptionalDouble.of(gone / (double) whole), next);
  }

  /**
   * Offers that the caps on everything let these shoppers have; null without such a cap. Where its
   * period is shorter than a slide, a cap counts anew within the slide.
   */
  private Double contacts(List<Sampled> sample) {
    OptionalLong least =
        rules.contactCaps().stream()
            .filter(cap -> cap.campaign() == null)
            .mapToLong(cap -> cap.offers() * periods(cap))
            .min();
    if (least.isEmpty()) {
      return null;
    }
    var asked = new HashMap<String, Integer>();
    sample.forEach(one -> asked.merge(one.shopperId(), 1, Integer::sum));
    var allowed = new ArrayList<>(asked.values());
    return allowed.stream().mapToDouble(count -> Math.min(count, least.getAsLong())).sum();
  }

  /** Of a cap, that begin within a slide. */
  private long periods(ContactCap cap) {
    return -Math.floorDiv(-options.slide().toMillis(), Math.max(1, cap.periodMillis()));
  }
}
