package io.promoflow.features.aggregate;

import io.promoflow.ingestion.schema.ShopEvent;

/** Number of events. */
public record Count() implements Aggregate {
  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    c.numbers[n]++;
  }

  @Override
  public void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    into.numbers[n] += from.numbers[fromN];
  }

  @Override
  public boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    from.numbers[n] -= gone.numbers[goneN];
    return true;
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    return c.numbers[n];
  }
}
