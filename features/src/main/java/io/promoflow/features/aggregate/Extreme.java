package io.promoflow.features.aggregate;

import io.promoflow.features.EventNumber;
import io.promoflow.ingestion.schema.ShopEvent;

/**
 * Least or greatest value of a numeric field; missing without events. What leaves a window matters
 * only when it holds the extreme, so a window is rarely built again.
 */
public record Extreme(EventNumber field, boolean greatest) implements Aggregate {
  private static final long NONE = Long.MIN_VALUE;

  /** Kept is the greatest of the values, or of their negatives; {@link #NONE} without any. */
  private long kept(long value) {
    return greatest ? value : -value;
  }

  @Override
  public void zero(Cells c, int n, int p) {
    c.numbers[n] = NONE;
  }

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    if (field.in(event)) {
      c.numbers[n] = Math.max(c.numbers[n], kept(field.of(event)));
    }
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
    return c.numbers[n] == NONE ? Double.NaN : kept(c.numbers[n]);
  }
}
