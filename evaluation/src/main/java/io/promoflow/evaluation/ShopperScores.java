package io.promoflow.evaluation;

/**
 * One shopper's numbers at a moment, by place of the metric.
 *
 * @param metrics that are declared
 * @param units 1, or 0 for nobody
 * @param contaminated 1 when the shopper was seen in another variant, too
 * @param counts whether the shopper counts for the metric yet
 * @param values numbers, or numerators
 * @param besides denominators of ratios; of means, the same number from before the exposure
 * @param spread of quantiles what is counted; null for others
 */
record ShopperScores(
    Metrics metrics,
    int units,
    int contaminated,
    boolean[] counts,
    long[] values,
    long[] besides,
    ValueCounts[] spread) {
  static final ShopperScores NONE =
      new ShopperScores(null, 0, 0, new boolean[0], new long[0], new long[0], new ValueCounts[0]);

  /** A shopper who counts for nothing yet. */
  static ShopperScores empty(Metrics metrics, boolean contaminated) {
    int size = metrics.size();
    return new ShopperScores(
        metrics,
        1,
        contaminated ? 1 : 0,
        new boolean[size],
        new long[size],
        new long[size],
        new ValueCounts[size]);
  }

  /** Takes a metric in. */
  void count(Metric metric, ShopperTotals totals, ShopperTotals earlier) {
    int place = metric.place();
    counts[place] = true;
    switch (metric.kind()) {
      case MEAN -> {
        values[place] = metric.value(totals);
        besides[place] = metric.value(earlier);
      }
      case RATIO -> {
        values[place] = metric.value(totals);
        besides[place] = totals.value(metric.over());
      }
      case QUANTILE -> {
        long[] spreadOut =
            metric.perOrder()
                ? totals.orderValues(metric.of().flow())
                : new long[] {metric.value(totals)};
        spread[place] = ValueCounts.of(spreadOut);
        values[place] = metric.perOrder() ? spreadOut.length : 0;
      }
    }
  }

  int size() {
    return counts.length;
  }

  private boolean countsAt(int place) {
    return place < counts.length && counts[place];
  }

  boolean sameAt(int place, ShopperScores other) {
    if (!countsAt(place) || !other.countsAt(place)) {
      return countsAt(place) == other.countsAt(place);
    }
    return values[place] == other.values[place]
        && besides[place] == other.besides[place]
        && (spread[place] == null || spread[place].same(other.spread[place]));
  }

  /** Adds what there is at a place, or takes it away. */
  void addTo(CellBlock block, int place, int sign) {
    if (!countsAt(place)) {
      return;
    }
    if (metrics.get(place).matures()) {
      block.units(block.units() + sign);
    }
    block.shopper(values[place], besides[place], sign);
    if (spread[place] != null) {
      block.valueCounts(block.valueCounts().plus(spread[place], sign));
    }
  }
}
