package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Judgement;
import io.promoflow.evaluation.JudgementBook;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.ResultBook;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.SampleRatioBook.Stratum;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Guardrail;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the sums of one experiment with all data so far and writes its results when changed. */
final class ExperimentResults
    extends KeyedCoProcessFunction<String, CellDelta, ExperimentNews, ResultRow>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ExperimentResults.class);
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
  private final Metrics metrics;
  private final Clock clock;

  private transient ListState<String> declared;
  private transient MapState<Cell, CellSums> cells;
  private transient MaturingCells maturing;
  private transient MapState<Stratum, Long> strata;
  private transient MapState<Long, Experiment> versions;
  private transient ValueState<Long> newestVersion;
  private transient ValueState<Long> newestRecord;
  private transient ValueState<Long> oldestRecord;
  private transient ValueState<Boolean> writing;

  ExperimentResults(EvaluationOptions options, Clock clock) {
    this.options = options;
    this.metrics = options.metrics();
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var ttl = StateTtlConfig.newBuilder(options.stateTtl()).build();
    var runtime = getRuntimeContext();
    var cellsKept = new MapStateDescriptor<>("cells", Cell.class, CellSums.class);
    cellsKept.enableTimeToLive(ttl);
    cells = runtime.getMapState(cellsKept);
    maturing = new MaturingCells(runtime);
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

  /** Sums of other metrics than those that are declared now would be wrong without a word. */
  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    declared =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("declared metrics", String.class));
    for (String earlier : declared.get()) {
      if (!earlier.equals(metrics.fingerprint())) {
        throw new IllegalStateException(
            EvaluationOptions.METRICS.key()
                + ": what is declared has changed since the state was kept, so its sums do not go"
                + " with it; start without that state, the topics hold every record");
      }
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    declared.update(List.of(metrics.fingerprint()));
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
      if (key.tickMillis() <= context.timerService().currentWatermark()) {
        count(cell, delta.sums());
      } else {
        count(cell, metrics.atOnce(delta.sums()));
        maturing.add(
            key.tickMillis(), cell, metrics.maturing(delta.sums()), context.timerService());
      }
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

  private void count(Cell cell, CellSums sums) throws Exception {
    if (!sums.isZero()) {
      CellSums known = cells.get(cell);
      cells.put(cell, known == null ? sums : known.plus(sums));
    }
  }

  private void mature(long untilMillis, OnTimerContext context) throws Exception {
    Map<Cell, CellSums> matured = maturing.matured(untilMillis);
    for (Map.Entry<Cell, CellSums> entry : matured.entrySet()) {
      count(entry.getKey(), entry.getValue());
    }
    if (!matured.isEmpty()) {
      writeSoon(context);
    }
  }

  @Override
  public void processElement2(ExperimentNews news, Context context, Collector<ResultRow> out)
      throws Exception {
    if (news.experiment() == null) {
      return;
    }
    versions.put(news.ruleVersion(), news.experiment());
    warnOfUndeclared(news.experiment());
    Long newest = newestVersion.value();
    if (newest == null || news.ruleVersion() > newest) {
      newestVersion.update(news.ruleVersion());
    }
    writeSoon(context);
  }

  private void warnOfUndeclared(Experiment experiment) {
    Stream.concat(
            Stream.of(experiment.primaryMetric()),
            experiment.guardrails().stream().map(Guardrail::metric))
        .filter(name -> metrics.named(name).isEmpty())
        .forEach(
            name ->
                LOG.warn(
                    "experiment {} names a metric '{}' that is not declared, so nothing follows"
                        + " from it; there are {}",
                    experiment.id(),
                    name,
                    metrics.ids()));
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
    if (context.timeDomain() == TimeDomain.EVENT_TIME && timestamp < Long.MAX_VALUE) {
      mature(timestamp, context);
      return;
    }
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
    return new ResultBook(
        experiment.id(), control, options.alpha(), options.optimalUnits(), metrics);
  }

  private JudgementBook judgements(Experiment experiment) {
    return new JudgementBook(
        experiment,
        options.alpha(),
        options.optimalUnits(),
        options.priorLift(),
        options.worthwhileLift(),
        metrics);
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
