package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.Assignment.MISSING_EXPOSURE;

import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.Judgement;
import io.promoflow.evaluation.JudgementBook;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.ResultBook;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.SampleRatioBook.Stratum;
import io.promoflow.evaluation.Standing;
import io.promoflow.evaluation.Strata;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Guardrail;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
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
  static final OutputTag<PopulationRow> POPULATIONS = new OutputTag<>("populations") {};
  static final OutputTag<PopulationRatioRow> POPULATION_RATIOS =
      new OutputTag<>("population ratios") {};
  static final OutputTag<ContaminationRow> CONTAMINATION = new OutputTag<>("contamination") {};

  /**
   * Shoppers of a cell that take part in the same way.
   *
   * @param cell which
   * @param standing how they take part
   */
  public record CellPart(Cell cell, Standing standing) {}

  /**
   * Shoppers of a stratum that take part in the same way.
   *
   * @param stratum who assigned them where
   * @param standing how they take part
   */
  public record StratumPart(Stratum stratum, Standing standing) {}

  private final EvaluationOptions options;
  private final Metrics metrics;
  private final Clock clock;

  private transient ListState<String> declared;
  private transient ExperimentSums sums;
  private transient KnownRules versions;
  private transient ValueState<Long> newestVersion;
  private transient ValueState<Long> newestRecord;
  private transient ValueState<Long> firstExposure;
  private transient WriteSoon writeSoon;

  ExperimentResults(EvaluationOptions options, Clock clock) {
    this.options = options;
    this.metrics = options.metrics();
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var ttl = StateTtlConfig.newBuilder(options.stateTtl()).build();
    var runtime = getRuntimeContext();
    versions = new KnownRules(runtime, ttl);
    sums = new ExperimentSums(runtime, versions, metrics, ttl);
    // no TTL: one number per experiment each
    newestVersion = runtime.getState(new ValueStateDescriptor<>("newest version", Long.class));
    newestRecord = runtime.getState(new ValueStateDescriptor<>("newest record", Long.class));
    firstExposure = runtime.getState(new ValueStateDescriptor<>("first exposure", Long.class));
    writeSoon = WriteSoon.ofLastingKeys(runtime, options.emitEvery());
  }

  /** Sums of other metrics, or by another exposure, would be wrong without a word. */
  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    // no TTL: two texts in the whole job
    declared =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("declared metrics", String.class));
    var known = new HashSet<String>();
    declared.get().forEach(known::add);
    KeptDeclaration.of(options).check(known);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    declared.update(KeptDeclaration.of(options).texts());
  }

  @Override
  public void processElement1(CellDelta delta, Context context, Collector<ResultRow> out)
      throws Exception {
    if (delta.key().standing().isExposed()) {
      Long newest = newestRecord.value();
      if (newest == null || delta.recordAtMillis() > newest) {
        newestRecord.update(delta.recordAtMillis());
      }
      Long first = firstExposure.value();
      if (first == null || delta.exposedAtMillis() < first) {
        firstExposure.update(delta.exposedAtMillis());
      }
    }
    sums.add(delta.key(), delta.sums(), context.timerService());
    writeSoon.changed(context.timerService());
  }

  @Override
  public void processElement2(ExperimentNews news, Context context, Collector<ResultRow> out)
      throws Exception {
    if (news.experiment() == null) {
      return;
    }
    versions.put(news.ruleVersion(), news.experiment());
    sums.redraw(news.ruleVersion(), news.experiment());
    warnOfUndeclared(news.experiment());
    Long newest = newestVersion.value();
    if (newest == null || news.ruleVersion() > newest) {
      newestVersion.update(news.ruleVersion());
    }
    writeSoon.changed(context.timerService());
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

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<ResultRow> out)
      throws Exception {
    if (context.timeDomain() == TimeDomain.EVENT_TIME && timestamp < Long.MAX_VALUE) {
      if (sums.mature(timestamp)) {
        writeSoon.changed(context.timerService());
      }
      return;
    }
    writeSoon.written(context.timerService());
    Long newest = newestVersion.value();
    if (newest == null || newestRecord.value() == null) {
      return; // written when the rules, or the first shopper, arrive
    }
    Experiment experiment = versions.get(newest);
    Instant updated = Instant.ofEpochMilli(newestRecord.value());
    Instant written = clock.instant();
    Map<Long, Experiment> known = versions.all();
    for (Population population : Population.values()) {
      var bySegment = sums.cells(population);
      List<ResultRow> rows = book(experiment).rows(bySegment, updated, written);
      rows.forEach(row -> context.output(POPULATIONS, new PopulationRow(population, row)));
      var units = sums.strata(population);
      var check = sampleRatio(experiment, units, known, updated, written);
      context.output(POPULATION_RATIOS, new PopulationRatioRow(population.id(), check));
      if (population == options.population()) {
        rows.forEach(out::collect);
        judgements(experiment)
            .rows(bySegment, days(), updated, written)
            .forEach(row -> context.output(JUDGEMENTS, row));
        context.output(SAMPLE_RATIOS, check);
        bySegment(units)
            .forEach(
                (segment, here) ->
                    context.output(
                        SEGMENT_RATIOS,
                        new SegmentRatioRow(
                            segment, sampleRatio(experiment, here, known, updated, written))));
      }
    }
    if (options.exposure() == ExposureRule.SHOWN) {
      var check = sampleRatio(experiment, sums.missing(), known, updated, written);
      context.output(POPULATION_RATIOS, new PopulationRatioRow(MISSING_EXPOSURE, check));
    }
    Strata.together(sums.cells(Population.EVERYBODY).values())
        .pooled()
        .forEach(
            (variant, all) ->
                context.output(
                    CONTAMINATION,
                    new ContaminationRow(
                        experiment.id(), variant, all.units(), all.contaminated(), written)));
    sums.forgetEmptyCells();
  }

  private static Map<String, Map<Stratum, Long>> bySegment(Map<Stratum, Long> units) {
    var bySegment = new TreeMap<String, Map<Stratum, Long>>();
    units.forEach(
        (stratum, count) ->
            bySegment
                .computeIfAbsent(stratum.segment(), segment -> new HashMap<>())
                .put(stratum, count));
    return bySegment;
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

  /**
   * From the first exposure, which does not depend on the order of records, to the newest record.
   */
  private double days() throws Exception {
    Long first = firstExposure.value();
    return first == null ? 0 : (newestRecord.value() - first) / MILLIS_PER_DAY;
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
}
