package io.promoflow.serving.allocation.bench;

import io.promoflow.serving.allocation.Allocation;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.Limits;
import io.promoflow.serving.allocation.Offer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the best profit, known only with hindsight, the stream makes that decides as shoppers
 * come: simulated shoppers, ten promotions, five budgets, two stocks, a limit on contacts. What an
 * offer gains and uses counts as expected, so that the ratio tells of the allocation, not of luck.
 */
public final class AllocationBench {
  private static final Logger LOG = LoggerFactory.getLogger(AllocationBench.class);

  /** Ours divided by the optimum must be at least this. */
  public static final double BAR = 0.99;

  private static final int SHOPPERS = 20_000;
  private static final int SAMPLE = 2_000;
  private static final int SLIDE = 500;
  private static final int RUNS = 9;

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

  public static void main(String[] args) {
    LOG.info("\n{}", table(runs(RUNS)));
  }

  /** As many runs, each with a crowd of its own. */
  public static List<Run> runs(int count) {
    var runs = new ArrayList<Run>();
    for (int seed = 1; seed <= count; seed++) {
      runs.add(run(seed, SHOPPERS, SAMPLE, SLIDE));
    }
    return runs;
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

  private static final double PERSUADABLE = 0.35;

  /** The runs, and what the row of the bench is made of, for people. */
  public static String table(List<Run> runs) {
    var out = new Formatter(Locale.ROOT);
    out.format(
        "%d shoppers, %d promotions, %d budgets, %d stocks, contacts; sample %d, slide %d%n",
        SHOPPERS, Crowd.PROMOTIONS, Crowd.BUDGETS, Crowd.STOCKS, SAMPLE, SLIDE);
    out.format("run        ours      optimum     ratio  without prices%n");
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      out.format(
          "%3d %11.0f  %11.0f  %8.4f  %14.4f%n",
          i + 1, run.ours(), run.optimum(), run.ratio(), run.greedyRatio());
    }
    double[] ratios = runs.stream().mapToDouble(Run::ratio).sorted().toArray();
    out.format(
        "allocation: median %.4f, second smallest %.4f, bar >= %.2f%n",
        ratios[ratios.length / 2], ratios[Math.min(1, ratios.length - 1)], BAR);
    return out.toString();
  }
}
