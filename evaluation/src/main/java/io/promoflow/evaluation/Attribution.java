package io.promoflow.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one shopper contributes to an experiment, tick by tick. Sums over ticks up to T are the
 * result of all records with event time up to T: that makes the evidence at a tick independent of
 * what arrived early.
 *
 * @param windowMillis an outcome counts when it lies in [exposure, exposure + window)
 * @param covariateMillis what CUPED knows of a shopper lies in [exposure − this, exposure)
 * @param tickMillis distance of ticks, which are its multiples since the epoch
 * @param marginShare profit before discount as a share of value, 0 to 1
 */
public record Attribution(
    long windowMillis, long covariateMillis, long tickMillis, double marginShare)
    implements Serializable {

  /** Whether an outcome of that time says anything of this exposure. */
  public boolean isAbout(Exposure exposure, long atMillis) {
    return exposure.covers(atMillis, windowMillis) || isBefore(exposure, atMillis);
  }

  private boolean isBefore(Exposure exposure, long atMillis) {
    long exposed = exposure.first().atMillis();
    return atMillis >= exposed - covariateMillis && atMillis < exposed;
  }

  private ShopperTotals before(Exposure exposure, Collection<Outcome> outcomes) {
    var totals = new ShopperTotals(marginShare);
    outcomes.stream()
        .filter(outcome -> isBefore(exposure, outcome.atMillis()))
        .sorted(Outcome.BY_TIME)
        .forEach(totals::add);
    return totals;
  }

  /** The contributions of an exposed shopper, as increments by tick. */
  public Map<CellKey, CellSums> contributions(Exposure exposure, Collection<Outcome> outcomes) {
    List<Outcome> counted = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      if (exposure.covers(outcome.atMillis(), windowMillis)) {
        counted.add(outcome);
      }
    }
    counted.sort(Outcome.BY_TIME);
    var ticks = new TreeSet<Long>();
    ticks.add(tick(exposure.first().atMillis()));
    exposure.contaminatedAtMillis(windowMillis).ifPresent(at -> ticks.add(tick(at)));
    exposure.triggeredAtMillis(windowMillis).ifPresent(at -> ticks.add(tick(at)));
    counted.forEach(outcome -> ticks.add(tick(outcome.atMillis())));

    var contributions = new HashMap<CellKey, CellSums>();
    var totals = new ShopperTotals(marginShare);
    ShopperTotals earlier = before(exposure, outcomes);
    CellSums before = CellSums.ZERO;
    Standing stood = exposure.standing(ticks.first(), windowMillis);
    int next = 0;
    for (long tick : ticks) {
      while (next < counted.size() && counted.get(next).atMillis() <= tick) {
        totals.add(counted.get(next++));
      }
      Standing stands = exposure.standing(tick, windowMillis);
      if (stands != stood) {
        contributions.put(key(exposure, tick, stood), CellSums.ZERO.minus(before));
        before = CellSums.ZERO;
        stood = stands;
      }
      CellSums now = CellSums.of(totals, earlier, stands.isContaminated());
      contributions.put(key(exposure, tick, stands), now.minus(before));
      before = now;
    }
    return contributions;
  }

  /** What has to be added to turn the one into the other; cells without a change are left out. */
  public static Map<CellKey, CellSums> difference(
      Map<CellKey, CellSums> before, Map<CellKey, CellSums> after) {
    var difference = new HashMap<>(after);
    before.forEach((key, sums) -> difference.merge(key, CellSums.ZERO.minus(sums), CellSums::plus));
    difference.values().removeIf(CellSums::isZero);
    return difference;
  }

  /** The first tick at or after that time. */
  public long tick(long atMillis) {
    return -Math.floorDiv(-atMillis, tickMillis) * tickMillis;
  }

  private static CellKey key(Exposure exposure, long tick, Standing standing) {
    var first = exposure.first();
    return new CellKey(
        exposure.experimentId(),
        first.variant(),
        first.segment(),
        first.ruleVersion(),
        tick,
        standing);
  }
}
