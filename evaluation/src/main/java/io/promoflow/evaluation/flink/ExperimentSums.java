package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.SampleRatioBook.Stratum;
import io.promoflow.evaluation.Strata;
import io.promoflow.evaluation.flink.ExperimentResults.CellPart;
import io.promoflow.evaluation.flink.ExperimentResults.StratumPart;
import io.promoflow.ingestion.schema.Experiment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.streaming.api.TimerService;

/** The sums of one experiment by cell and standing, of which every population is a sum. */
final class ExperimentSums {
  private final KnownRules rules;
  private final Metrics metrics;
  private final MapState<CellPart, CellSums> cells;
  private final MapState<StratumPart, Long> strata;
  private final MaturingCells maturing;
  private final SettledUnits missing;

  ExperimentSums(RuntimeContext runtime, KnownRules rules, Metrics metrics, StateTtlConfig ttl) {
    this.rules = rules;
    this.metrics = metrics;
    var cellsKept = new MapStateDescriptor<>("cells", CellPart.class, CellSums.class);
    cellsKept.enableTimeToLive(ttl);
    cells = runtime.getMapState(cellsKept);
    maturing = new MaturingCells(runtime);
    var strataKept = new MapStateDescriptor<>("strata", StratumPart.class, Long.class);
    strataKept.enableTimeToLive(ttl);
    strata = runtime.getMapState(strataKept);
    missing = new SettledUnits(runtime, "missing", "waiting missing", ttl);
  }

  /** What has not matured waits for a timer, see {@link #mature}. */
  void add(CellKey key, CellSums sums, TimerService timers) throws Exception {
    if (sums.isZero()) {
      return;
    }
    boolean late = key.tickMillis() <= timers.currentWatermark();
    if (!key.standing().isExposed()) {
      missing.add(key, sums.units(), late);
      if (!late) {
        timers.registerEventTimeTimer(key.tickMillis());
      }
      return;
    }
    String draw = rules.draw(key);
    var part = new CellPart(new Cell(key.segment(), key.variant(), draw), key.standing());
    if (late) {
      count(part, sums);
    } else {
      count(part, metrics.atOnce(sums));
      maturing.add(key.tickMillis(), part, metrics.maturing(sums), timers);
    }
    if (sums.units() != 0) {
      var stratum = new Stratum(key.ruleVersion(), key.segment(), key.variant());
      count(new StratumPart(stratum, key.standing()), sums.units());
    }
  }

  private void count(StratumPart part, long units) throws Exception {
    Long known = strata.get(part);
    long now = (known == null ? 0 : known) + units;
    if (now == 0) {
      strata.remove(part);
    } else {
      strata.put(part, now);
    }
  }

  private void count(CellPart part, CellSums sums) throws Exception {
    if (!sums.isZero()) {
      CellStates.add(cells, part, sums);
    }
  }

  /** The rules of a version have been read: whom they assigned belongs to their draw. */
  void redraw(long version, Experiment experiment) throws Exception {
    UnaryOperator<CellPart> place =
        part -> new CellPart(part.cell().redrawn(version, experiment), part.standing());
    CellStates.move(cells, place);
    maturing.move(place);
  }

  /** Counts who has matured, or is missing, by that time; whether there was anybody. */
  boolean mature(long untilMillis) throws Exception {
    Map<CellPart, CellSums> matured = maturing.matured(untilMillis);
    for (Map.Entry<CellPart, CellSums> entry : matured.entrySet()) {
      count(entry.getKey(), entry.getValue());
    }
    return missing.settleUpTo(untilMillis) || !matured.isEmpty();
  }

  /** Sums of a population by segment; emptied ones included, which are yet to go. */
  Map<String, Strata> cells(Population population) throws Exception {
    var bySegment = new CellStates.BySegment();
    for (Map.Entry<CellPart, CellSums> entry : cells.entries()) {
      if (population.counts(entry.getKey().standing())) {
        bySegment.add(entry.getKey().cell(), entry.getValue());
      }
    }
    return bySegment.strata();
  }

  /** Shoppers of a population by who assigned them where. */
  Map<Stratum, Long> strata(Population population) throws Exception {
    var units = new HashMap<Stratum, Long>();
    for (Map.Entry<StratumPart, Long> entry : strata.entries()) {
      if (population.counts(entry.getKey().standing())) {
        units.merge(entry.getKey().stratum(), entry.getValue(), Long::sum);
      }
    }
    return units;
  }

  /** Those whose exposure is missing, by who assigned them where. */
  Map<Stratum, Long> missing() throws Exception {
    return missing.units();
  }

  /** Their rows have just been taken out of the tables. */
  void forgetEmptyCells() throws Exception {
    var empty = new ArrayList<CellPart>();
    for (Map.Entry<CellPart, CellSums> entry : cells.entries()) {
      if (entry.getValue().isZero()) {
        empty.add(entry.getKey());
      }
    }
    for (CellPart part : empty) {
      cells.remove(part);
    }
  }
}
