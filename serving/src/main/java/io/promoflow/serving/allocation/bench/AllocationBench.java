package io.promoflow.serving.allocation.bench;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.allocation.Allocation;
import io.promoflow.serving.allocation.AllocationOptions;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.Limits;
import io.promoflow.serving.allocation.Offer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How much of the best profit, known only with hindsight, the planner of the decision job makes,
 * with the settings that it has by default: simulated shoppers over ten hours, which are forty
 * slides, ten promotions of that time, five budgets, two stocks. What an offer gains and uses
 * counts as expected, so that the ratio tells of the allocation, not of luck.
 */
public final class AllocationBench {
  /** Ours divided by the optimum must be at least this. */
  public static final double BAR = 0.99;

  private static final int SHOPPERS = 20_000;
  private static final double PERSUADABLE = 0.35;
  private static final Instant FROM = Instant.EPOCH;
  private static final Duration PERIOD = Duration.ofHours(10);
  private static final AllocationOptions DEFAULTS = AllocationOptions.from(Settings.of(Map.of()));

  private AllocationBench() {}

  /**
   * Of one run.
   *
   * @param ours profit of the stream, cents
   * @param greedy profit of giving everyone the best that is left, without prices, cents
   * @param optimum bound on the profit with perfect knowledge, cents
   * @param overspent what the stream gave beyond its limits, cents and units together
   */
  public record Run(double ours, double greedy, double optimum, double overspent) {
    public double ratio() {
      return ours / optimum;
    }

    public double greedyRatio() {
      return greedy / optimum;
    }
  }

  /** One run of the size that the bar is for. */
  public static Run run(long seed) {
    return run(seed, SHOPPERS, PERIOD);
  }

  /**
   * One run.
   *
   * @param shoppers to be decided
   * @param period over which they come
   */
  public static Run run(long seed, int shoppers, Duration period) {
    List<List<Offer>> today = new Crowd(seed).shoppers(shoppers, PERSUADABLE);
    Limits limits = Crowd.limits(today);
    RuleSet rules = rules(limits, FROM.plus(period));
    var stream = new Stream(rules, DEFAULTS, FROM, period);
    double ours = stream.decide(today);
    double greedy = new Stream(rules, withoutPrices(period), FROM, period).decide(today);
    DualPrices hindsight = Allocation.solve(today, limits).named("hindsight", FROM);
    return new Run(ours, greedy, Hindsight.bound(today, limits, hindsight), stream.overspent());
  }

  /** The first slide outlasts all. */
  private static AllocationOptions withoutPrices(Duration period) {
    return new AllocationOptions(period.plusMillis(1), DEFAULTS.sample(), DEFAULTS.horizon());
  }

  private static RuleSet rules(Limits limits, Instant until) {
    var promotions = new ArrayList<Promotion>();
    for (int j = 0; j < Crowd.PROMOTIONS; j++) {
      promotions.add(promotion("p" + j, until, limits));
    }
    return new RuleSet(1, "bench", "bench", FROM, null, promotions, List.of());
  }

  private static Promotion promotion(String id, Instant until, Limits limits) {
    Double budget = limits.budgetCents().get(id);
    Double stock = limits.units().get(id);
    return new Promotion(
        id,
        PromotionKind.PERCENT_OFF,
        null,
        List.of(),
        List.of(),
        List.of(),
        FROM,
        until,
        budget == null ? null : budget.longValue(),
        stock == null ? null : stock.longValue(),
        null,
        0,
        null);
  }
}
