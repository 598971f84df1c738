package io.promoflow.features.aggregate;

import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Duration;
import java.util.TreeMap;

/**
 * Number of events, each worth half as much for every half-life that it is old; 0 without events.
 *
 * <p>Events are counted in steps of 1/32 half-life and weighed when the value is asked, so the
 * value is a function of the counts alone. A step's events are off by 1.1 % at most.
 */
public record Decayed(Duration halfLife) implements TallyAggregate {
  private static final int STEPS = 32;

  private long step() {
    return Math.max(1, halfLife.toMillis() / STEPS);
  }

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    TallyAggregate.count(c, p, Math.floorDiv(event.at().toEpochMilli(), step()));
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    if (c.parts[p] == null) {
      return 0;
    }
    var steps = new TreeMap<Long, Integer>();
    ((Tally) c.parts[p]).forEach(steps::put);
    double sum = 0;
    for (var entry : steps.entrySet()) {
      double age = asOf - (entry.getKey() + 0.5) * step();
      sum += entry.getValue() * StrictMath.pow(2, -Math.max(0, age) / halfLife.toMillis());
    }
    return sum;
  }
}
