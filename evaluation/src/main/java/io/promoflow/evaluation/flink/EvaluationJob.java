package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Judgement;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.ConnectionOptions.TopicNames;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.store.Store;
import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Decisions and what shoppers did in; results, checks and proposed adjustments out. */
public final class EvaluationJob {
  /** Consumer group of every topic that the job reads. */
  public static final String GROUP = "promoflow-evaluation";

  private EvaluationJob() {}

  /**
   * What the job computes.
   *
   * @param results one row per experiment, variant, metric and segment, {@code all} included
   * @param sampleRatios one row per experiment
   * @param segmentRatios one row per experiment and segment
   * @param judgements one row per result
   * @param contamination one row per experiment and variant
   * @param promotions one row per promotion and day
   * @param proposals adjustments that the policy proposes
   */
  public record Outputs(
      DataStream<ResultRow> results,
      DataStream<SampleRatioRow> sampleRatios,
      DataStream<SegmentRatioRow> segmentRatios,
      DataStream<Judgement> judgements,
      DataStream<ContaminationRow> contamination,
      DataStream<PromotionRow> promotions,
      DataStream<StrategyAdjustment> proposals) {}

  /**
   * What the job reads.
   *
   * @param decisions with event time
   * @param events with event time
   * @param rules without event time: must not hold the others back
   * @param adjustments all statuses, without event time
   */
  record Inputs(
      DataStream<Decision> decisions,
      DataStream<ShopEvent> events,
      DataStream<RuleSet> rules,
      DataStream<StrategyAdjustment> adjustments) {}

  public static void main(String[] args) throws Exception {
    var settings = Settings.load(args, System.getenv()).refuseUnknown(EvaluationOptions.ALL);
    var env = JobEnvironment.of(settings);
    define(env, settings);
    env.execute("promoflow evaluation");
  }

  /** Attaches topics and tables to the {@link #pipeline}. */
  public static void define(StreamExecutionEnvironment env, Settings settings) {
    var options = EvaluationOptions.from(settings);
    AdjustmentProposals.policy(options.policy());
    var connections = options.connections();
    Store.migrate(connections.postgres(), "evaluation");
    Inputs inputs = sources(env, options);
    Outputs out = pipeline(inputs, options, Clock.systemUTC());

    var postgres = connections.postgres();
    out.results()
        .filter(row -> row.segment().equals(ResultRow.ALL_SEGMENTS))
        .name("over all segments")
        .uid("over-all-segments")
        .sinkTo(EvaluationTables.experimentResults(postgres))
        .name("experiment results")
        .uid("experiment-results-sink");
    out.results()
        .filter(row -> !row.segment().equals(ResultRow.ALL_SEGMENTS))
        .name("by segment")
        .uid("by-segment")
        .sinkTo(EvaluationTables.segmentResults(postgres))
        .name("segment results")
        .uid("segment-results-sink");
    out.results()
        .sinkTo(EvaluationTables.resultHistory(postgres))
        .name("result history")
        .uid("result-history-sink");
    out.sampleRatios()
        .sinkTo(EvaluationTables.sampleRatioChecks(postgres))
        .name("sample ratio checks")
        .uid("sample-ratio-checks-sink");
    out.segmentRatios()
        .sinkTo(EvaluationTables.segmentRatioChecks(postgres))
        .name("segment ratio checks")
        .uid("segment-ratio-checks-sink");
    out.judgements()
        .sinkTo(EvaluationTables.judgements(postgres))
        .name("judgements")
        .uid("judgements-sink");
    out.contamination()
        .sinkTo(EvaluationTables.contaminatedUnits(postgres))
        .name("contaminated units")
        .uid("contaminated-units-sink");
    out.promotions()
        .sinkTo(EvaluationTables.promotionOutcomes(postgres))
        .name("promotion outcomes")
        .uid("promotion-outcomes-sink");
    out.proposals()
        .sinkTo(
            Topics.sink(
                connections,
                connections.topics().strategyAdjustments(),
                StrategyAdjustment::experimentId))
        .name("proposed adjustments")
        .uid("proposed-adjustments-sink");
    inputs
        .adjustments()
        .sinkTo(EvaluationTables.strategyAdjustments(postgres))
        .name("adjustment statuses")
        .uid("adjustment-statuses-sink")
        .setParallelism(1);
  }

  private static Inputs sources(StreamExecutionEnvironment env, EvaluationOptions options) {
    var connections = options.connections();
    TopicNames topics = connections.topics();
    return new Inputs(
        env.fromSource(
                Topics.source(connections, topics.decisions(), Decision.class, GROUP),
                eventTime(options, Decision::at),
                "decisions")
            .uid("decisions-source"),
        env.fromSource(
                Topics.source(connections, topics.shopEvents(), ShopEvent.class, GROUP),
                eventTime(options, ShopEvent::at),
                "shop events")
            .uid("shop-events-source"),
        env.fromSource(
                Topics.source(connections, topics.servingRules(), RuleSet.class, GROUP),
                noEventTime(),
                "serving rules")
            .uid("serving-rules-source")
            .setParallelism(1),
        env.fromSource(
                Topics.source(
                    connections, topics.strategyAdjustments(), StrategyAdjustment.class, GROUP),
                noEventTime(),
                "strategy adjustments")
            .uid("strategy-adjustments-source")
            .setParallelism(1));
  }

  /** When a record happened. */
  private interface At<T> extends Function<T, Instant>, Serializable {}

  private static <T> WatermarkStrategy<T> eventTime(EvaluationOptions options, At<T> at) {
    return WatermarkStrategy.<T>forBoundedOutOfOrderness(options.outOfOrderness())
        .withTimestampAssigner((record, previous) -> at.apply(record).toEpochMilli())
        .withIdleness(options.idleness());
  }

  /** Rules and their adjustments hold from when they are read; event time never waits for them. */
  private static <T> WatermarkStrategy<T> noEventTime() {
    return WatermarkStrategy.forGenerator(context -> new NeverWaitedFor<>());
  }

  private static final class NeverWaitedFor<T> implements WatermarkGenerator<T> {
    @Override
    public void onEvent(T record, long timestamp, WatermarkOutput output) {}

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      output.emitWatermark(Watermark.MAX_WATERMARK);
    }
  }

  static Outputs pipeline(Inputs in, EvaluationOptions options, Clock clock) {
    Metrics metrics = options.metrics();
    DataStream<ShopEvent> outcomes =
        in.events().filter(event -> metrics.restOn(event.type())).name("outcomes").uid("outcomes");
    var deltas =
        in.decisions()
            .keyBy(Decision::shopperId)
            .connect(outcomes.keyBy(ShopEvent::shopperId))
            .process(new ShopperAttribution(options, clock))
            .name("attribution per shopper")
            .uid("shopper-attribution");

    DataStream<ExperimentNews> rules =
        in.rules()
            .keyBy(rule -> "rules")
            .process(new RuleSplitter())
            .name("rules per experiment")
            .uid("rule-splitter")
            .setParallelism(1);
    DataStream<ExperimentNews> news =
        in.adjustments()
            .map(ExperimentNews::of)
            .name("adjustments per experiment")
            .uid("adjustment-news")
            .setParallelism(1)
            .union(rules);

    var byExperiment = deltas.keyBy(delta -> delta.key().experimentId());
    var results =
        byExperiment
            .connect(rules.keyBy(ExperimentNews::experimentId))
            .process(new ExperimentResults(options, clock))
            .name("results per experiment")
            .uid("experiment-results");
    var proposals =
        byExperiment
            .connect(news.keyBy(ExperimentNews::experimentId))
            .process(new AdjustmentProposals(options, clock))
            .name("proposals per experiment")
            .uid("adjustment-proposals");
    var promotions =
        deltas
            .getSideOutput(ShopperAttribution.PROMOTIONS)
            .keyBy(PromotionDelta::day)
            .process(new PromotionTotals(options, clock))
            .name("totals per promotion and day")
            .uid("promotion-totals");
    return new Outputs(
        results,
        results.getSideOutput(ExperimentResults.SAMPLE_RATIOS),
        results.getSideOutput(ExperimentResults.SEGMENT_RATIOS),
        results.getSideOutput(ExperimentResults.JUDGEMENTS),
        results.getSideOutput(ExperimentResults.CONTAMINATION),
        promotions,
        proposals);
  }
}
