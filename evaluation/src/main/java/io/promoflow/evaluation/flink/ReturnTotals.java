package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.ReturnBook;
import io.promoflow.evaluation.ReturnCell;
import io.promoflow.evaluation.ReturnRow;
import io.promoflow.evaluation.ReturnSums;
import io.promoflow.ingestion.schema.Experiment;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/** Holds one experiment's sums by day of exposure and writes the returns of changed days. */
final class ReturnTotals
    extends KeyedCoProcessFunction<String, ReturnDelta, ExperimentNews, ReturnRow> {
  private static final long serialVersionUID = 1L;

  private final EvaluationOptions options;
  private final Clock clock;
  private transient MapState<ReturnCell, ReturnSums> cells;
  private transient MapState<Long, Boolean> changedDays;
  private transient MapState<Long, Experiment> versions;
  private transient ValueState<Long> newestVersion;
  private transient WriteSoon writeSoon;

  ReturnTotals(EvaluationOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var ttl = StateTtlConfig.newBuilder(options.stateTtl()).build();
    var runtime = getRuntimeContext();
    var cellsKept = new MapStateDescriptor<>("cells", ReturnCell.class, ReturnSums.class);
    cellsKept.enableTimeToLive(ttl);
    cells = runtime.getMapState(cellsKept);
    var changedKept = new MapStateDescriptor<>("changed days", Long.class, Boolean.class);
    changedKept.enableTimeToLive(ttl);
    changedDays = runtime.getMapState(changedKept);
    var versionsKept = new MapStateDescriptor<>("versions", Long.class, Experiment.class);
    versionsKept.enableTimeToLive(ttl);
    versions = runtime.getMapState(versionsKept);
    // no TTL: one number per experiment each
    newestVersion = runtime.getState(new ValueStateDescriptor<>("newest version", Long.class));
    writeSoon = WriteSoon.ofLastingKeys(runtime, options.emitEvery());
  }

  @Override
  public void processElement1(ReturnDelta delta, Context context, Collector<ReturnRow> out)
      throws Exception {
    ReturnSums known = cells.get(delta.cell());
    cells.put(delta.cell(), known == null ? delta.sums() : known.plus(delta.sums()));
    changedDays.put(delta.cell().epochDay(), true);
    writeSoon.changed(context.timerService());
  }

  /** Cells may have come before the rules that drew them: their days are written again. */
  @Override
  public void processElement2(ExperimentNews news, Context context, Collector<ReturnRow> out)
      throws Exception {
    if (news.experiment() == null) {
      return;
    }
    Long newest = newestVersion.value();
    versions.put(news.ruleVersion(), news.experiment());
    if (newest == null || news.ruleVersion() > newest) {
      newestVersion.update(news.ruleVersion());
    }
    for (ReturnCell cell : cells.keys()) {
      if (newest == null || cell.ruleVersion() == news.ruleVersion()) {
        changedDays.put(cell.epochDay(), true);
      }
    }
    writeSoon.changed(context.timerService());
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<ReturnRow> out)
      throws Exception {
    writeSoon.written(context.timerService());
    Long newest = newestVersion.value();
    if (newest == null) {
      return; // written when the rules arrive
    }
    Map<Long, Experiment> rules = new HashMap<>();
    for (Map.Entry<Long, Experiment> entry : versions.entries()) {
      rules.put(entry.getKey(), entry.getValue());
    }
    Instant written = clock.instant();
    var book = new ReturnBook(rules, rules.get(newest), options.alwaysValid());
    for (Map.Entry<Long, Map<ReturnCell, ReturnSums>> day : changed().entrySet()) {
      book.rows(day.getKey(), day.getValue(), written).forEach(out::collect);
    }
    changedDays.clear();
    forgetEmptyCells();
  }

  private Map<Long, Map<ReturnCell, ReturnSums>> changed() throws Exception {
    Set<Long> days = new HashSet<>();
    changedDays.keys().forEach(days::add);
    var changed = new TreeMap<Long, Map<ReturnCell, ReturnSums>>();
    for (Map.Entry<ReturnCell, ReturnSums> cell : cells.entries()) {
      long day = cell.getKey().epochDay();
      if (days.contains(day)) {
        changed.computeIfAbsent(day, key -> new HashMap<>()).put(cell.getKey(), cell.getValue());
      }
    }
    return changed;
  }

  private void forgetEmptyCells() throws Exception {
    List<ReturnCell> empty = new ArrayList<>();
    for (Map.Entry<ReturnCell, ReturnSums> cell : cells.entries()) {
      if (cell.getValue().isZero()) {
        empty.add(cell.getKey());
      }
    }
    for (ReturnCell cell : empty) {
      cells.remove(cell);
    }
  }
}
