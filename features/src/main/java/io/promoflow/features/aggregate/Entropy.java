package io.promoflow.features.aggregate;

import io.promoflow.features.EventText;
import io.promoflow.ingestion.schema.ShopEvent;

/**
 * How spread the values of a text field are: Shannon's entropy, in bits; 0 when all are the same,
 * missing without events.
 */
public record Entropy(EventText field) implements TallyAggregate {
  private static final double LN_2 = Math.log(2);

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    String value = field.of(event);
    if (value != null) {
      TallyAggregate.count(c, p, Hash.of(value));
    }
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    if (c.parts[p] == null) {
      return Double.NaN;
    }
    int[] counts = ((Tally) c.parts[p]).sortedCounts();
    long total = 0;
    for (int count : counts) {
      total += count;
    }
    double bits = 0;
    for (int count : counts) {
      double share = (double) count / total;
      bits -= share * StrictMath.log(share) / LN_2;
    }
    return bits == 0 ? 0 : bits;
  }
}
