package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.Metric;
import io.promoflow.evaluation.Metrics;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a promotion brought by an experiment that gives it to one variant and nothing to the
 * control: incremental profit per cent of incremental cost.
 *
 * <p>Differences are taken within segments and within draws of the same weights, and weighted by
 * their shoppers (post-stratification; Miratrix, Sekhon, Yu 2013), since weights may differ from
 * segment to segment and from day to day.
 *
 * @param promotionId which promotion
 * @param experimentId who measured it
 * @param variant that got it
 * @param profit of the variant
 * @param controlProfit of the control
 * @param cost discount in the variant
 * @param controlCost discount in the control
 */
public record MeasuredReturn(
    String promotionId,
    String experimentId,
    String variant,
    Group profit,
    Group controlProfit,
    Group cost,
    Group controlCost) {
  private static final String PROFIT = "profit";
  private static final String COST = "discount";

  /** An interval of the return. */
  public record Interval(double low, double high) {}

  /**
   * What an experiment says of promotions: one for each variant that gives exactly one, when the
   * control gives none.
   *
   * @param cells sums by variant, one map per segment and draw
   * @param metrics that are declared; without {@code profit} and {@code discount} nothing is known
   */
  public static List<MeasuredReturn> of(
      Experiment experiment, Collection<Map<String, CellSums>> cells, Metrics metrics) {
    Variant control =
        experiment.variants().stream().filter(Variant::control).findFirst().orElseThrow();
    var measured = new ArrayList<MeasuredReturn>();
    Metric profit = metrics.named(PROFIT).orElse(null);
    Metric cost = metrics.named(COST).orElse(null);
    if (!control.promotions().isEmpty() || profit == null || cost == null) {
      return measured;
    }
    for (Variant variant : experiment.variants()) {
      List<Map<String, CellSums>> both =
          cells.stream()
              .filter(
                  here ->
                      units(here, variant, profit, cost) > 1
                          && units(here, control, profit, cost) > 1)
              .toList();
      if (variant.promotions().size() == 1 && !both.isEmpty()) {
        double[] weights =
            both.stream()
                .mapToDouble(
                    here -> units(here, variant, profit, cost) + units(here, control, profit, cost))
                .toArray();
        measured.add(
            new MeasuredReturn(
                variant.promotions().get(0),
                experiment.id(),
                variant.id(),
                group(both, weights, variant, profit),
                group(both, weights, control, profit),
                group(both, weights, variant, cost),
                group(both, weights, control, cost)));
      }
    }
    return measured;
  }

  /** Shoppers who count in both metrics. */
  private static long units(
      Map<String, CellSums> cells, Variant variant, Metric profit, Metric cost) {
    CellSums cell = cells.getOrDefault(variant.id(), CellSums.ZERO);
    return Math.min(cell.units(profit), cell.units(cost));
  }

  /** The mean over segments and its variance. */
  private static Group group(
      List<Map<String, CellSums>> cells, double[] weights, Variant which, Metric metric) {
    double all = Arrays.stream(weights).sum();
    long units = 0;
    double mean = 0;
    double variance = 0;
    for (int i = 0; i < weights.length; i++) {
      Group group = Group.of(cells.get(i).get(which.id()), metric);
      double share = weights[i] / all;
      units += group.units();
      mean += share * group.mean();
      variance += share * share * group.variance() / group.units();
    }
    return new Group(units, mean, variance * units);
  }

  /** Shoppers of the smaller group. */
  public long leastUnits() {
    return Math.min(profit.units(), controlProfit.units());
  }

  /** Shoppers of both groups. */
  public long totalUnits() {
    return profit.units() + controlProfit.units();
  }

  /** Incremental profit per cent of incremental cost; of no meaning where nothing was spent. */
  public double value() {
    return (profit.mean() - controlProfit.mean()) / (cost.mean() - controlCost.mean());
  }

  /**
   * Holds the return at all looks together when both of its intervals do, however profit and cost
   * go together: the extremes of a quotient over a box. Unbounded until something was surely spent.
   */
  public Interval interval(AlwaysValid each) {
    Interval gain = between(Comparison.of(profit, controlProfit, each.alpha()), each);
    Interval spent = between(Comparison.of(cost, controlCost, each.alpha()), each);
    if (!(spent.low > 0) || Double.isNaN(gain.low)) {
      return new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    return new Interval(
        Math.min(gain.low / spent.low, gain.low / spent.high),
        Math.max(gain.high / spent.low, gain.high / spent.high));
  }

  private static Interval between(Comparison comparison, AlwaysValid each) {
    double half = each.halfWidth(comparison);
    return new Interval(comparison.difference() - half, comparison.difference() + half);
  }
}
