package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Judgement;
import io.promoflow.evaluation.JudgementBook;
import io.promoflow.evaluation.ResultBook;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.SampleRatioBook.Stratum;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Holds the sums of one experiment with all data so far and writes its results when changed. */
final class ExperimentResults
    extends KeyedCoProcessFunction<String, CellDelta, ExperimentNews, ResultRow> {
  private static final long serialVersionUID = 1L;
  private static final double MILLIS_PER_DAY = 86_400_000;
  static final OutputTag<SampleRatioRow> SAMPLE_RATIOS = new OutputTag<>("sample ratios") {};
  static final OutputTag<SegmentRatioRow> SEGMENT_RATIOS = new OutputTag<>("segment ratios") {};
  static final OutputTag<Judgement> JUDGEMENTS = new OutputTag<>("judgements") {};
  static final OutputTag<ContaminationRow> CONTAMINATION = new OutputTag<>("contamination") {};

  /**
   * A variant within a segment.
   *
   * @param segment id
   * @param variant id
   */
  public record Cell(String segment, String variant) {}

  private final EvaluationOptions options;
  private final Clock clock;

  private transient MapState<Cell, CellSums> cells;
  private transient MapState<Stratum, Long> strata;
  private transient MapState<Long, Experiment> versions;
  private transient ValueState<Long> newestVersion;
  private transient ValueState<Long> newestRecord;
  private transient ValueState<Long> oldestRecord;
  private transient ValueState<Boolean> writing;

  ExperimentResults(EvaluationOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var ttl = StateTtlConfig.newBuilder(options.stateTtl()).build();
    var runtime = getRuntimeContext();
    var cellsKept = new MapStateDescriptor<>("cells", Cell.class, CellSums.class);
    cellsKept.enableTimeToLive(ttl);
    cells = runtime.getMapState(cellsKept);
    var strataKept = new MapStateDescriptor<>("strata", Stratum.class, Long.class);
    strataKept.enableTimeToLive(ttl);
    strata = runtime.getMapState(strataKept);
    var versionsKept = new MapStateDescriptor<>("versions", Long.class, Experiment.class);
    versionsKept.enableTimeToLive(ttl);
    versions = runtime.getMapState(versionsKept);
    // no TTL: one number per experiment each
    newestVersion = runtime.getState(new ValueStateDescriptor<>("newest version", Long.class));
    newestRecord = runtime.getState(new ValueStateDescriptor<>("newest record", Long.class));
    oldestRecord = runtime.getState(new ValueStateDescriptor<>("oldest record", Long.class));
    writing = runtime.getState(new ValueStateDescriptor<>("writing", Boolean.class));
  }

  @Override
  public void processElement1(CellDelta delta, Context context, Collector<ResultRow> out)
      throws Exception {
    Long newest = newestRecord.value();
    if (newest == null || delta.recordAtMillis() > newest) {
      newestRecord.update(delta.recordAtMillis());
    }
    Long oldest = oldestRecord.value();
    if (oldest == null || delta.recordAtMillis() < oldest) {
      oldestRecord.update(delta.recordAtMillis());
    }
    if (!delta.sums().isZero()) {
      CellKey key = delta.key();
      var cell = new Cell(key.segment(), key.variant());
      CellSums known = cells.get(cell);
      cells.put(cell, known == null ? delta.sums() : known.plus(delta.sums()));
      if (delta.sums().units() != 0) {
        var stratum = new Stratum(key.ruleVersion(), key.segment(), key.variant());
        Long units = strata.get(stratum);
        long now = (units == null ? 0 : units) + delta.sums().units();
        if (now == 0) {
          strata.remove(stratum);
        } else {
          strata.put(stratum, now);
        }
      }
    }
    writeSoon(context);
  }

  @Override
  public void processElement2(ExperimentNews news, Context context, Collector<ResultRow> out)
      throws Exception {
    if (news.experiment() == null) {
      return;
    }
    versions.put(news.ruleVersion(), news.experiment());
    Long newest = newestVersion.value();
    if (newest == null || news.ruleVersion() > newest) {
      newestVersion.update(news.ruleVersion());
    }
    writeSoon(context);
  }

  private void writeSoon(Context context) throws Exception {
    if (writing.value() != null) {
      return;
    }
    writing.update(true);
    var timers = context.timerService();
    timers.registerProcessingTimeTimer(
        timers.currentProcessingTime() + options.emitEvery().toMillis());
    // bounded input ends without processing time: write at the end of event time, too
    timers.registerEventTimeTimer(Long.MAX_VALUE);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<ResultRow> out)
      throws Exception {
    writing.clear();
    Long newest = newestVersion.value();
    if (newest == null || newestRecord.value() == null) {
      return; // written when the rules, or the first shopper, arrive
    }
    Experiment experiment = versions.get(newest);
    Instant updated = Instant.ofEpochMilli(newestRecord.value());
    Instant written = clock.instant();
    var bySegment = new TreeMap<String, Map<String, CellSums>>();
    for (Map.Entry<Cell, CellSums> entry : cells.entries()) {
      bySegment
          .computeIfAbsent(entry.getKey().segment(), segment -> new TreeMap<>())
          .put(entry.getKey().variant(), entry.getValue());
    }
    book(experiment).rows(bySegment, updated, written).forEach(out::collect);
    judgements(experiment)
        .rows(bySegment, days(), updated, written)
        .forEach(row -> context.output(JUDGEMENTS, row));
    ResultBook.overAll(bySegment.values())
        .forEach(
            (variant, sums) ->
                context.output(
                    CONTAMINATION,
                    new ContaminationRow(
                        experiment.id(), variant, sums.units(), sums.contaminated(), written)));
    sampleRatios(context, experiment, updated, written);
    forgetEmptyCells();
  }

  private ResultBook book(Experiment experiment) {
    String control =
        experiment.variants().stream()
            .filter(Variant::control)
            .map(Variant::id)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(experiment.id() + " has no control"));
    return new ResultBook(experiment.id(), control, options.alpha(), options.optimalUnits());
  }

  private JudgementBook judgements(Experiment experiment) {
    return new JudgementBook(
        experiment,
        options.alpha(),
        options.optimalUnits(),
        options.priorLift(),
        options.worthwhileLift());
  }

  private double days() throws Exception {
    Long oldest = oldestRecord.value();
    return oldest == null ? 0 : (newestRecord.value() - oldest) / MILLIS_PER_DAY;
  }

  /** Over everybody, and within each segment. */
  private void sampleRatios(
      OnTimerContext context, Experiment experiment, Instant updated, Instant written)
      throws Exception {
    var units = new HashMap<Stratum, Long>();
    var bySegment = new TreeMap<String, Map<Stratum, Long>>();
    for (Map.Entry<Stratum, Long> entry : strata.entries()) {
      units.put(entry.getKey(), entry.getValue());
      bySegment
          .computeIfAbsent(entry.getKey().segment(), segment -> new HashMap<>())
          .put(entry.getKey(), entry.getValue());
    }
    var known = new HashMap<Long, Experiment>();
    for (Map.Entry<Long, Experiment> entry : versions.entries()) {
      known.put(entry.getKey(), entry.getValue());
    }
    context.output(SAMPLE_RATIOS, sampleRatio(experiment, units, known, updated, written));
    bySegment.forEach(
        (segment, here) ->
            context.output(
                SEGMENT_RATIOS,
                new SegmentRatioRow(
                    segment, sampleRatio(experiment, here, known, updated, written))));
  }

  private SampleRatioRow sampleRatio(
      Experiment experiment,
      Map<Stratum, Long> units,
      Map<Long, Experiment> known,
      Instant updated,
      Instant written) {
    var check = SampleRatioBook.check(units, known, options.sampleRatioConcentration());
    return new SampleRatioRow(
        experiment.id(),
        check.units(),
        check.uncheckedUnits(),
        check.observed(),
        check.expected(),
        check.statistic(),
        check.p(),
        check.sequentialP(),
        check.sequentialP() >= options.sampleRatioAlpha(),
        updated,
        written);
  }

  /** Their rows have just been taken out of the tables. */
  private void forgetEmptyCells() throws Exception {
    var empty = new ArrayList<Cell>();
    for (Map.Entry<Cell, CellSums> entry : cells.entries()) {
      if (entry.getValue().isZero()) {
        empty.add(entry.getKey());
      }
    }
    for (Cell cell : empty) {
      cells.remove(cell);
    }
  }
}
