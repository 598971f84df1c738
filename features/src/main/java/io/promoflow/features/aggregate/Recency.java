package io.promoflow.features.aggregate;

import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Instant;

/** Days from the last event to the end of the window; missing without events. Kept: its time. */
public record Recency() implements Aggregate {
  /** How the name of every such feature begins. */
  public static final String PREFIX = "days_since_";

  private static final double DAY_MILLIS = 86_400_000.0;
  private static final long NONE = Long.MIN_VALUE;

  /** Whether a feature of this name grows by a day every day while nothing happens. */
  public static boolean isNamed(String feature) {
    return feature.startsWith(PREFIX);
  }

  /** Days from one moment to a later one; 0 to an earlier one. */
  public static double days(Instant from, Instant to) {
    return Math.max(0, to.toEpochMilli() - from.toEpochMilli()) / DAY_MILLIS;
  }

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
