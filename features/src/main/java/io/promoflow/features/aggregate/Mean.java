package io.promoflow.features.aggregate;

import io.promoflow.features.EventNumber;
import io.promoflow.ingestion.schema.ShopEvent;

/** Mean of a numeric field over the events that have it; missing without any. Kept: sum, count. */
public record Mean(EventNumber field) implements Aggregate {
  @Override
  public int numbers() {
    return 2;
  }

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    if (field.in(event)) {
      c.numbers[n] += field.of(event);
      c.numbers[n + 1]++;
    }
  }

  @Override
  public void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    into.numbers[n] += from.numbers[fromN];
    into.numbers[n + 1] += from.numbers[fromN + 1];
  }

  @Override
  public boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    from.numbers[n] -= gone.numbers[goneN];
    from.numbers[n + 1] -= gone.numbers[goneN + 1];
    return true;
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    long count = c.numbers[n + 1];
    return count == 0 ? Double.NaN : (double) c.numbers[n] / count;
  }
}
