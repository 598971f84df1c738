package io.promoflow.features.aggregate;

import io.promoflow.ingestion.schema.ShopEvent;

/** Days from the last event to the end of the window; missing without events. Kept: its time. */
public record Recency() implements Aggregate {
  private static final double DAY_MILLIS = 86_400_000.0;
  private static final long NONE = Long.MIN_VALUE;

  @Override
  public void zero(Cells c, int n, int p) {
    c.numbers[n] = NONE;
  }

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    c.numbers[n] = Math.max(c.numbers[n], event.at().toEpochMilli());
  }

  @Override
  public void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    into.numbers[n] = Math.max(into.numbers[n], from.numbers[fromN]);
  }

  @Override
  public boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    return gone.numbers[goneN] == NONE || gone.numbers[goneN] < from.numbers[n];
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    return c.numbers[n] == NONE ? Double.NaN : (asOf - c.numbers[n]) / DAY_MILLIS;
  }
}
