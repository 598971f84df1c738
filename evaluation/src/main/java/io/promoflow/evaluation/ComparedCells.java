package io.promoflow.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Cells of several draws from which variants are compared. Each draw weighs 1 / Σ 1/n over the
 * variants, n their shoppers; of two variants that is n·n₀ / (n + n₀), the weights of Mantel and
 * Haenszel (1959; for differences Greenland, Robins 1985). They are those of least variance where
 * the effect is the same in all draws, and a draw of which a variant got few shoppers weighs
 * little.
 *
 * <p>With a single draw this is the plain comparison, digit by digit.
 */
public final class ComparedCells {
  private static final int STEPS = 1 << 20;

  private final List<Map<String, CellSums>> strata;
  private final double[] shares;

  /** False when no draw has both, so that there is no error to tell. */
  private final boolean comparable;

  private ComparedCells(List<Map<String, CellSums>> strata, double[] shares, boolean comparable) {
    this.strata = strata;
    this.shares = shares;
    this.comparable = comparable;
  }

  static ComparedCells of(
      Collection<Map<String, CellSums>> draws, Collection<String> variants, Metric metric) {
    List<Map<String, CellSums>> filled =
        draws.stream()
            .filter(cells -> variants.stream().anyMatch(variant -> !sums(cells, variant).isZero()))
            .toList();
    if (filled.size() == 1) {
      return new ComparedCells(filled, new double[] {1}, true);
    }
    List<Map<String, CellSums>> strata =
        filled.stream()
            .filter(
                cells ->
                    variants.stream().allMatch(variant -> sums(cells, variant).units(metric) > 1))
            .toList();
    if (strata.isEmpty()) {
      var all = new TreeMap<String, CellSums>();
      filled.forEach(cells -> cells.forEach((id, sums) -> all.merge(id, sums, CellSums::plus)));
      return new ComparedCells(List.of(all), new double[] {1}, false);
    }
    double[] weights =
        strata.stream().mapToDouble(cells -> weight(cells, variants, metric)).toArray();
    double sum = Arrays.stream(weights).sum();
    return new ComparedCells(
        strata, Arrays.stream(weights).map(weight -> weight / sum).toArray(), true);
  }

  private static double weight(
      Map<String, CellSums> cells, Collection<String> variants, Metric metric) {
    return 1
        / variants.stream().mapToDouble(variant -> 1.0 / sums(cells, variant).units(metric)).sum();
  }

  private static CellSums sums(Map<String, CellSums> cells, String variant) {
    return cells.getOrDefault(variant, CellSums.ZERO);
  }

  /** The cells of a variant, one for each draw that counts. */
  public List<CellSums> cells(String variant) {
    return strata.stream().map(cells -> sums(cells, variant)).toList();
  }

  /** The estimate of a variant, had all variants the same mixture of draws. */
  public Group group(String variant, Metric metric) {
    List<CellSums> cells = cells(variant);
    if (cells.size() == 1) {
      return sure(Group.of(cells.get(0), metric));
    }
    return switch (metric.kind()) {
      case MEAN -> mean(cells, cell -> Group.of(cell, metric));
      case RATIO -> ratio(cells, metric);
      case QUANTILE -> quantile(cells, metric);
    };
  }

  /** The mean of a variant over draws, from its estimate in each of them. */
  public Group mean(String variant, Function<CellSums, Group> estimate) {
    return mean(cells(variant), estimate);
  }

  private Group sure(Group group) {
    return comparable ? group : new Group(group.units(), group.mean(), Double.NaN);
  }

  private Group mean(List<CellSums> cells, Function<CellSums, Group> estimate) {
    if (cells.size() == 1) {
      return sure(estimate.apply(cells.get(0)));
    }
    long units = 0;
    double mean = 0;
    double squared = 0;
    double spread = 0;
    double free = 0;
    for (int i = 0; i < shares.length; i++) {
      Group group = estimate.apply(cells.get(i));
      double part = shares[i] * shares[i] * group.variance() / group.units();
      units += group.units();
      mean += shares[i] * group.mean();
      squared += part;
      spread += part * part / group.degreesOfFreedom();
      free += group.degreesOfFreedom();
    }
    return new Group(units, mean, squared * units, spread > 0 ? squared * squared / spread : free);
  }

  /** Of the means of numerator and denominator (the combined ratio; Cochran 1977, section 6.11). */
  private Group ratio(List<CellSums> cells, Metric metric) {
    long units = 0;
    double above = 0;
    double below = 0;
    double aboveVariance = 0;
    double belowVariance = 0;
    double covariance = 0;
    for (int i = 0; i < shares.length; i++) {
      long n = cells.get(i).units(metric);
      MetricSums sums = cells.get(i).metric(metric);
      double factor = shares[i] * shares[i] / n;
      units += n;
      above += shares[i] * sums.sum() / n;
      below += shares[i] * sums.denominator() / n;
      aboveVariance += factor * Group.covariance(n, sums.sum(), sums.sum(), sums.squares());
      belowVariance +=
          factor
              * Group.covariance(
                  n, sums.denominator(), sums.denominator(), sums.denominatorSquares());
      covariance += factor * Group.covariance(n, sums.sum(), sums.denominator(), sums.cross());
    }
    return below == 0
        ? new Group(units, Double.NaN, Double.NaN)
        : Group.ratio(
            units, above, below, aboveVariance * units, belowVariance * units, covariance * units);
  }

  /** Of the counts, each shopper of a draw weighing its share over their number. */
  private Group quantile(List<CellSums> cells, Metric metric) {
    double[] weights = new double[shares.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = shares[i] / cells.get(i).units(metric);
    }
    double largest = Arrays.stream(weights).max().orElse(1);
    long units = 0;
    double sum = 0;
    double squares = 0;
    var counts = new ArrayList<ValueCounts>();
    for (int i = 0; i < weights.length; i++) {
      CellSums cell = cells.get(i);
      ValueCounts values = cell.values(metric);
      double total = values.total();
      units += cell.units(metric);
      sum += weights[i] * total;
      squares +=
          weights[i]
              * weights[i]
              * (metric.perOrder()
                  ? cell.metric(metric).squares().toBigInteger().doubleValue()
                  : total);
      counts.add(values.times(Math.max(1, Math.round(STEPS * weights[i] / largest))));
    }
    ValueCounts all = counts.stream().reduce(ValueCounts.NONE, (a, b) -> a.plus(b, 1));
    return CountedQuantile.of(units, all, sum * sum / squares, metric.at()).group();
  }
}
