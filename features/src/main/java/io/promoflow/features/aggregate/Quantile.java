package io.promoflow.features.aggregate;

import io.promoflow.features.EventNumber;
import io.promoflow.ingestion.schema.ShopEvent;
import java.util.TreeMap;

/**
 * A quantile of a numeric field, within 1 % of the true value; missing without events.
 *
 * <p>Values are counted in buckets whose bounds grow by a constant factor (DDSketch: Masson, Rim,
 * Lee, VLDB 2019). Unlike KLL it draws no random numbers and can take away, so a value computed
 * again is the same, and a window slides at constant cost.
 *
 * @param at 0 for the least, 0.5 for the median, 1 for the greatest
 */
public record Quantile(EventNumber field, double at) implements TallyAggregate {
  private static final double ERROR = 0.01;
  private static final double GROWTH = (1 + ERROR) / (1 - ERROR);
  private static final double LOG_GROWTH = StrictMath.log(GROWTH);

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    if (field.in(event)) {
      TallyAggregate.count(c, p, bucket(field.of(event)));
    }
  }

  /** 0 for 0, else the sign and one more than the rounded-up logarithm. */
  private static long bucket(long value) {
    if (value == 0) {
      return 0;
    }
    long size = (long) Math.ceil(StrictMath.log(Math.abs((double) value)) / LOG_GROWTH) + 1;
    return value > 0 ? size : -size;
  }

  private static double middle(long bucket) {
    if (bucket == 0) {
      return 0;
    }
    double upper = StrictMath.pow(GROWTH, Math.abs(bucket) - 1.0);
    double middle = upper * 2 / (GROWTH + 1);
    return bucket > 0 ? middle : -middle;
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    if (c.parts[p] == null) {
      return Double.NaN;
    }
    var buckets = new TreeMap<Long, Integer>();
    ((Tally) c.parts[p]).forEach(buckets::put);
    long total = buckets.values().stream().mapToLong(Integer::longValue).sum();
    double rank = at * (total - 1);
    long below = 0;
    for (var bucket : buckets.entrySet()) {
      below += bucket.getValue();
      if (below > rank) {
        return middle(bucket.getKey());
      }
    }
    throw new IllegalStateException("rank " + rank + " of " + total);
  }
}
