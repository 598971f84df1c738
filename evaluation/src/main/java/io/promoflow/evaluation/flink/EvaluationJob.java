package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.flink.AdjustmentProposals.RETURNS;

import io.promoflow.evaluation.Judgement;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.ReturnRow;
import io.promoflow.evaluation.flink.LoopExposures.Sighting;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.flink.Timeless;
import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.ConnectionOptions.TopicNames;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.store.Store;
import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
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
   * @param populations one row per population and result
   * @param populationRatios one row per population and experiment
   * @param shown one row per experiment and variant, where only what was shown exposes
   * @param contamination one row per experiment and variant
   * @param promotions one row per promotion and day
   * @param categories one row per promotion, category and day
   * @param returns one row per experiment, variant and day of exposure
   * @param proposals adjustments that the policy proposes
   */
  public record Outputs(
      DataStream<ResultRow> results,
      DataStream<SampleRatioRow> sampleRatios,
      DataStream<SegmentRatioRow> segmentRatios,
      DataStream<Judgement> judgements,
      DataStream<PopulationRow> populations,
      DataStream<PopulationRatioRow> populationRatios,
      DataStream<ShownRow> shown,
      DataStream<ContaminationRow> contamination,
      DataStream<PromotionRow> promotions,
      DataStream<CategoryRow> categories,
      DataStream<ReturnRow> returns,
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
    BudgetProposals.policy(options.budgetPolicy());
    Store.migrate(options.connections().postgres(), "evaluation");
    Inputs inputs = sources(env, options);
    Outputs out = pipeline(inputs, options, Clock.systemUTC());

    ResultSinks.attach(inputs, out, options);
  }

  private static Inputs sources(StreamExecutionEnvironment env, EvaluationOptions options) {
    var connections = options.connections();
    TopicNames topics = connections.topics();
    return new Inputs(
        env.fromSource(
                Topics.decisions(connections, GROUP), eventTime(options, Decision::at), "decisions")
            .uid("decisions-source"),
        env.fromSource(
                Topics.source(connections, topics.shopEvents(), ShopEvent.class, GROUP),
                eventTime(options, ShopEvent::at),
                "shop events")
            .uid("shop-events-source"),
        env.fromSource(
                Topics.compacted(connections, topics.servingRules(), RuleSet.class, GROUP),
                Timeless.strategy(),
                "serving rules")
            .uid("serving-rules-source")
            .setParallelism(1),
        env.fromSource(
                Topics.source(
                    connections, topics.strategyAdjustments(), StrategyAdjustment.class, GROUP),
                Timeless.strategy(),
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

  static SingleOutputStreamOperator<OutcomeFact> facts(
      Inputs in, EvaluationOptions options, Clock clock) {
    DataStream<ShopEvent> wanted =
        in.events()
            .filter(ShopperFacts::isWanted)
            .name("outcomes and withdrawals")
            .uid("fact-events");
    return in.decisions()
        .keyBy(Decision::shopperId)
        .connect(wanted.keyBy(ShopEvent::shopperId))
        .process(new ShopperFacts(options, clock))
        .name("facts per shopper")
        .uid("shopper-facts");
  }

  static Outputs pipeline(Inputs in, EvaluationOptions options, Clock clock) {
    Metrics metrics = options.metrics();
    DataStream<ShopEvent> outcomes =
        in.events().filter(event -> metrics.restOn(event.type())).name("outcomes").uid("outcomes");
    DataStream<Decision> notHeldOut =
        in.decisions()
            .filter(decision -> !LoopHoldout.ID.equals(decision.experimentId()))
            .name("not held out")
            .uid("not-held-out");
    DataStream<Decision> ofTheLoop =
        in.decisions()
            .map(Sighting::of)
            .name("sightings")
            .uid("sightings")
            .keyBy(Sighting::shopperId)
            .connect(in.rules().broadcast(LoopExposures.SHARES))
            .process(new LoopExposures(options))
            .name("exposures to the loop")
            .uid("loop-exposures");
    var deltas =
        notHeldOut
            .union(ofTheLoop)
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
            .filter(adjustment -> adjustment.change() != Change.MOVE_BUDGET)
            .name("adjustments of experiments")
            .uid("experiment-adjustments")
            .setParallelism(1)
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
    var shown =
        deltas
            .getSideOutput(ShopperAttribution.SHOWN)
            .keyBy(ShownDelta::of)
            .process(new ShownTotals(options, clock))
            .name("shown decisions per variant")
            .uid("shown-totals");
    var categories =
        deltas
            .getSideOutput(ShopperAttribution.CATEGORIES)
            .keyBy(delta -> delta.slice().day())
            .process(new CategoryTotals(options, clock))
            .name("shares per category and day")
            .uid("category-totals");
    var returns =
        deltas
            .getSideOutput(ShopperAttribution.RETURNS)
            .keyBy(delta -> delta.cell().experimentId())
            .connect(rules.keyBy(ExperimentNews::experimentId))
            .process(new ReturnTotals(options, clock))
            .name("returns per experiment and day")
            .uid("return-totals");
    return new Outputs(
        results,
        results.getSideOutput(ExperimentResults.SAMPLE_RATIOS),
        results.getSideOutput(ExperimentResults.SEGMENT_RATIOS),
        results.getSideOutput(ExperimentResults.JUDGEMENTS),
        results.getSideOutput(ExperimentResults.POPULATIONS),
        results.getSideOutput(ExperimentResults.POPULATION_RATIOS),
        shown,
        results.getSideOutput(ExperimentResults.CONTAMINATION),
        promotions,
        categories,
        returns,
        proposals.union(budgetProposals(in, proposals.getSideOutput(RETURNS), options, clock)));
  }

  /** What experiments measured of promotions, all at one place. */
  private static DataStream<StrategyAdjustment> budgetProposals(
      Inputs in, DataStream<TickReturn> returns, EvaluationOptions options, Clock clock) {
    DataStream<BudgetNews> rules =
        in.rules()
            .map(BudgetNews::of)
            .name("rules of budgets")
            .uid("budget-rules")
            .setParallelism(1);
    DataStream<BudgetNews> news =
        in.adjustments()
            .filter(adjustment -> adjustment.change() == Change.MOVE_BUDGET)
            .name("moves")
            .uid("budget-adjustments")
            .setParallelism(1)
            .map(BudgetNews::of)
            .name("news of budgets")
            .uid("budget-news")
            .setParallelism(1)
            .union(rules);
    return returns
        .keyBy(one -> BudgetProposals.KEY)
        .connect(news.keyBy(one -> BudgetProposals.KEY))
        .process(new BudgetProposals(options, clock))
        .name("proposals on budgets")
        .uid("budget-proposals")
        .setParallelism(1);
  }
}
