package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.SampleRatioBook.Stratum;
import io.promoflow.evaluation.Strata;
import io.promoflow.ingestion.schema.Experiment;
import java.util.ArrayList;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;

/**
 * The sums of one experiment as a tick may know them, in the state of an operator: what belongs to
 * later ticks waits. What comes after its tick corrects the sums for the ticks to come.
 */
final class SettledSums {

  /**
   * Sums that no tick has seen yet.
   *
   * @param tickMillis first tick that may
   * @param cell where they will count
   */
  public record Waiting(long tickMillis, Cell cell) {}

  /**
   * Shoppers that no tick has counted yet.
   *
   * @param tickMillis first tick that may
   * @param stratum who assigned them where
   */
  public record WaitingUnits(long tickMillis, Stratum stratum) {}

  private final KnownRules rules;
  private final MapState<Cell, CellSums> settled;
  private final MapState<Waiting, CellSums> waiting;
  private final SettledUnits strata;
  private final SettledUnits missing;
  private final MapState<Long, Long> outcomeSeen;
  private final ValueState<Long> newestTick;
  private final ValueState<Long> newestOutcomeSeen;

  SettledSums(RuntimeContext runtime, KnownRules rules, StateTtlConfig ttl) {
    this.rules = rules;
    var settledKept = new MapStateDescriptor<>("settled", Cell.class, CellSums.class);
    settledKept.enableTimeToLive(ttl);
    settled = runtime.getMapState(settledKept);
    strata = new SettledUnits(runtime, "strata", "waiting units", ttl);
    missing = new SettledUnits(runtime, "missing", "waiting missing", ttl);
    // no TTL: a tick takes them out
    waiting =
        runtime.getMapState(new MapStateDescriptor<>("waiting", Waiting.class, CellSums.class));
    outcomeSeen =
        runtime.getMapState(new MapStateDescriptor<>("outcome seen", Long.class, Long.class));
    // no TTL: one small value per experiment each
    newestTick = runtime.getState(new ValueStateDescriptor<>("newest tick", Long.class));
    newestOutcomeSeen =
        runtime.getState(new ValueStateDescriptor<>("newest outcome seen", Long.class));
  }

  /** Takes a delta in; true when its tick is still to come. */
  boolean add(CellDelta delta) throws Exception {
    CellKey key = delta.key();
    boolean late = key.tickMillis() <= newestTick();
    String draw = rules.draw(key);
    var cell = new Cell(key.segment(), key.variant(), draw);
    long units = delta.sums().units();
    if (units != 0) {
      strata.add(key, units, late);
    }
    if (late) {
      settle(cell, delta.sums(), delta.outcomeSeenAtMillis());
      return false;
    }
    CellStates.add(waiting, new Waiting(key.tickMillis(), cell), delta.sums());
    if (delta.outcomeSeenAtMillis() > orZero(outcomeSeen.get(key.tickMillis()))) {
      outcomeSeen.put(key.tickMillis(), delta.outcomeSeenAtMillis());
    }
    return true;
  }

  /** The rules of a version have been read: whom they assigned belongs to their draw. */
  void redraw(long version, Experiment experiment) throws Exception {
    CellStates.move(settled, cell -> cell.redrawn(version, experiment));
    CellStates.move(
        waiting,
        place -> new Waiting(place.tickMillis(), place.cell().redrawn(version, experiment)));
  }

  /** Takes in one whose exposure is missing; true when its tick is still to come. */
  boolean addMissing(CellDelta delta) throws Exception {
    boolean late = delta.key().tickMillis() <= newestTick();
    missing.add(delta.key(), delta.sums().units(), late);
    return !late;
  }

  /** From now on it is that tick. */
  void settleUpTo(long tick) throws Exception {
    var due = new ArrayList<Waiting>();
    for (Waiting place : waiting.keys()) {
      if (place.tickMillis() <= tick) {
        due.add(place);
      }
    }
    for (Waiting place : due) {
      long seen = orZero(outcomeSeen.get(place.tickMillis()));
      settle(place.cell(), waiting.get(place), seen);
      waiting.remove(place);
    }
    for (Waiting place : due) {
      outcomeSeen.remove(place.tickMillis());
    }
    strata.settleUpTo(tick);
    missing.settleUpTo(tick);
    newestTick.update(Math.max(tick, newestTick()));
  }

  private void settle(Cell cell, CellSums sums, long outcomeSeenAtMillis) throws Exception {
    CellStates.add(settled, cell, sums);
    if (outcomeSeenAtMillis > newestOutcomeSeenMillis()) {
      newestOutcomeSeen.update(outcomeSeenAtMillis);
    }
  }

  /** Sums by segment. */
  Map<String, Strata> bySegment() throws Exception {
    var bySegment = new CellStates.BySegment();
    for (Map.Entry<Cell, CellSums> entry : settled.entries()) {
      bySegment.add(entry.getKey(), entry.getValue());
    }
    return bySegment.strata();
  }

  /** Shoppers by who assigned them where. */
  Map<Stratum, Long> units() throws Exception {
    return strata.units();
  }

  /** Those whose exposure is missing, by who assigned them where. */
  Map<Stratum, Long> missing() throws Exception {
    return missing.units();
  }

  /** The newest tick that has passed, epoch milliseconds; 0 before the first. */
  long newestTick() throws Exception {
    return orZero(newestTick.value());
  }

  /** Wall clock at which the newest outcome in the sums was read; 0 when unknown. */
  long newestOutcomeSeenMillis() throws Exception {
    return orZero(newestOutcomeSeen.value());
  }

  private static long orZero(Long value) {
    return value == null ? 0 : value;
  }
}
