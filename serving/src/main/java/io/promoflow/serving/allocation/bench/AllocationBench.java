package io.promoflow.serving.allocation.bench;

import io.promoflow.serving.allocation.Allocation;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.Limits;
import io.promoflow.serving.allocation.Offer;
import java.time.Instant;
import java.util.List;

/**
 * How much of the best profit, known only with hindsight, the stream makes that decides as shoppers
 * come: simulated shoppers, ten promotions, five budgets, two stocks, a limit on contacts. What an
 * offer gains and uses counts as expected, so that the ratio tells of the allocation, not of luck.
 */
public final class AllocationBench {
  /** Ours divided by the optimum must be at least this. */
  public static final double BAR = 0.99;

  private static final int SHOPPERS = 20_000;
  private static final int SAMPLE = 2_000;
  private static final int SLIDE = 500;
  private static final double PERSUADABLE = 0.35;

  private AllocationBench() {}

  /**
   * Of one run.
   *
   * @param ours profit of the stream, cents
   * @param greedy profit of giving everyone the best that is left, without prices, cents
   * @param optimum bound on the profit with perfect knowledge, cents
   */
  public record Run(double ours, double greedy, double optimum) {
    public double ratio() {
      return ours / optimum;
    }

    public double greedyRatio() {
      return greedy / optimum;
    }
  }

  /** One run of the size that the bar is for. */
  public static Run run(long seed) {
    return run(seed, SHOPPERS, SAMPLE, SLIDE);
  }

  /**
   * One run.
   *
   * @param shoppers to be decided
   * @param sample shoppers that prices are made from
   * @param slide shoppers between new prices
   */
  public static Run run(long seed, int shoppers, int sample, int slide) {
    var crowd = new Crowd(seed);
    List<List<Offer>> before = crowd.shoppers(sample, PERSUADABLE);
    List<List<Offer>> today = crowd.shoppers(shoppers, PERSUADABLE);
    Limits limits = Crowd.limits(today);
    double ours = new Stream(limits, shoppers, slide, before).decide(today);
    double greedy = new Stream(limits, shoppers, Integer.MAX_VALUE, List.of()).decide(today);
    DualPrices hindsight = Allocation.solve(today, limits).named("hindsight", Instant.EPOCH);
    return new Run(ours, greedy, Hindsight.bound(today, limits, hindsight));
  }
}
