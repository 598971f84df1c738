package io.promoflow.features.aggregate;

import io.promoflow.features.EventNumber;
import io.promoflow.ingestion.schema.ShopEvent;

/**
 * Numeric field of the first or last event; of several in one millisecond, the greatest. Missing
 * without events. Kept: time (negated for the first) and value.
 */
public record Edge(EventNumber field, boolean last) implements Aggregate {
  private static final long NONE = Long.MIN_VALUE;

  @Override
  public int numbers() {
    return 2;
  }

  @Override
  public void zero(Cells c, int n, int p) {
    c.numbers[n] = NONE;
    c.numbers[n + 1] = 0;
  }

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    if (field.in(event)) {
      long at = event.at().toEpochMilli();
      take(c.numbers, n, last ? at : -at, field.of(event));
    }
  }

  private static void take(long[] numbers, int n, long time, long value) {
    if (time > numbers[n] || (time == numbers[n] && value > numbers[n + 1])) {
      numbers[n] = time;
      numbers[n + 1] = value;
    }
  }

  @Override
  public void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    if (from.numbers[fromN] != NONE) {
      take(into.numbers, n, from.numbers[fromN], from.numbers[fromN + 1]);
    }
  }

  @Override
  public boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    return gone.numbers[goneN] == NONE || gone.numbers[goneN] < from.numbers[n];
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    return c.numbers[n] == NONE ? Double.NaN : c.numbers[n + 1];
  }
}
