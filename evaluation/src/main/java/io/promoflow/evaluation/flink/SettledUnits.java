package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.SampleRatioBook.Stratum;
import io.promoflow.evaluation.flink.SettledSums.WaitingUnits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;

/** Shoppers by who assigned them where, in the state of an operator; those of later ticks wait. */
final class SettledUnits {
  private final MapState<Stratum, Long> settled;
  private final MapState<WaitingUnits, Long> waiting;

  SettledUnits(RuntimeContext runtime, String name, String waitingName, StateTtlConfig ttl) {
    var settledKept = new MapStateDescriptor<>(name, Stratum.class, Long.class);
    settledKept.enableTimeToLive(ttl);
    settled = runtime.getMapState(settledKept);
    // no TTL: a tick takes them out
    waiting =
        runtime.getMapState(new MapStateDescriptor<>(waitingName, WaitingUnits.class, Long.class));
  }

  /** Takes shoppers in, or back; those whose tick is still to come wait for it. */
  void add(CellKey key, long units, boolean late) throws Exception {
    var stratum = new Stratum(key.ruleVersion(), key.segment(), key.variant());
    if (late) {
      settle(stratum, units);
    } else {
      var place = new WaitingUnits(key.tickMillis(), stratum);
      waiting.put(place, orZero(waiting.get(place)) + units);
    }
  }

  private void settle(Stratum stratum, long units) throws Exception {
    settled.put(stratum, orZero(settled.get(stratum)) + units);
  }

  /** From now on it is that tick; whether anybody waited for it. */
  boolean settleUpTo(long tickMillis) throws Exception {
    var due = new ArrayList<WaitingUnits>();
    for (WaitingUnits place : waiting.keys()) {
      if (place.tickMillis() <= tickMillis) {
        due.add(place);
      }
    }
    for (WaitingUnits place : due) {
      settle(place.stratum(), waiting.get(place));
      waiting.remove(place);
    }
    return !due.isEmpty();
  }

  /** Those that have settled. */
  Map<Stratum, Long> units() throws Exception {
    var units = new HashMap<Stratum, Long>();
    for (Map.Entry<Stratum, Long> entry : settled.entries()) {
      units.put(entry.getKey(), entry.getValue());
    }
    return units;
  }

  private static long orZero(Long value) {
    return value == null ? 0 : value;
  }
}
