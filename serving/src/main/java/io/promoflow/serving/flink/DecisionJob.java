package io.promoflow.serving.flink;

import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.flink.Tables;
import io.promoflow.ingestion.flink.Timeless;
import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.Redemptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Shop events in; one decision per moment that asks for one, out. */
public final class DecisionJob {
  /** Kafka consumer group. */
  public static final String GROUP = "promoflow-decisions";

  private DecisionJob() {}

  /** What the job makes. */
  public record Outputs(DataStream<Decision> decisions) {}

  /**
   * What the job reads; events and rows with their watermarks.
   *
   * @param decisions the first with each id, of servers and of the job itself
   */
  public record Inputs(
      DataStream<ShopEvent> events,
      DataStream<FeatureRow> features,
      DataStream<Decision> decisions,
      DataStream<RuleSet> rules,
      DataStream<ModelVersion> models,
      DataStream<DualPrices> prices) {}

  public static void main(String[] args) throws Exception {
    Settings settings = Settings.load(args, System.getenv()).refuseUnknown(ServingOptions.ALL);
    StreamExecutionEnvironment env = JobEnvironment.of(settings);
    define(env, settings);
    env.execute("promoflow decisions");
  }

  /** Attaches topics and tables to the pipeline. */
  public static void define(StreamExecutionEnvironment env, Settings settings) {
    ServingOptions options = ServingOptions.from(settings);
    Store.migrate(options.connections().postgres(), "serving");
    Awaited awaited = GuidanceTopics.newest(options.connections());
    ConnectionOptions connections = options.connections();
    DataStream<Decision> all = allDecisions(env, connections);
    DataStream<Decision> first = Prices.first(all, options);
    Inputs in = inputs(env, options, first);
    Outputs out = pipeline(in, options, awaited, LedgerOpening.on(options));
    out.decisions()
        .sinkTo(Topics.sink(connections, connections.topics().decisions(), Decision::shopperId))
        .name("decisions")
        .uid("decisions-sink");
    store(all, connections.postgres());
    Prices.publish(Prices.ofFirst(first, in.rules(), options, Clock.systemUTC()), connections);
    applyAdjustments(env, connections);
    settle(in.events(), LedgerOpening.settling(options), options.ledger().lease());
  }

  /** Redemptions, cancellations and refunds reach the ledger, those of one promise in order. */
  static void settle(DataStream<ShopEvent> events, LedgerOpening ledger, Duration lease) {
    events
        .filter(event -> Redemptions.of(event).isPresent())
        .name("redemptions")
        .keyBy(ShopEvent::decisionId)
        .sinkTo(new RedemptionSink(ledger, lease))
        .name("ledger")
        .uid("ledger-sink");
  }

  static Outputs pipeline(
      Inputs in, ServingOptions options, Awaited awaited, LedgerOpening ledger) {
    DataStream<ShopperInput> shoppers =
        in.events()
            .map(event -> ShopperInput.of(event))
            .returns(ShopperInput.class)
            .setParallelism(in.events().getParallelism()) // a shopper's events stay in order
            .name("events")
            .union(
                in.features()
                    .map(row -> ShopperInput.of(row))
                    .returns(ShopperInput.class)
                    .setParallelism(in.features().getParallelism())
                    .name("feature rows"),
                offers(in.decisions()));
    DataStream<Guidance> guidance =
        guidance(in.rules(), Guidance::of)
            .union(guidance(in.models(), Guidance::of), guidance(in.prices(), Guidance::of));
    DataStream<Decision> decisions =
        shoppers
            .keyBy(ShopperInput::shopperId)
            .connect(
                guidance.broadcast(
                    DecisionFunction.RULES,
                    DecisionFunction.MODELS,
                    DecisionFunction.PRICES,
                    DecisionFunction.OPEN))
            .process(new DecisionFunction(options, awaited, ledger))
            .name("decide")
            .uid("decide");
    return new Outputs(decisions);
  }

  /** What was offered, by whomever; its moment moves no timer. */
  private static DataStream<ShopperInput> offers(DataStream<Decision> decisions) {
    int parallelism = decisions.getParallelism();
    return decisions
        .filter(decision -> decision.promotionId() != null)
        .setParallelism(parallelism)
        .map(decision -> ShopperInput.of(ToldOffer.of(decision)))
        .returns(ShopperInput.class)
        .setParallelism(parallelism)
        .name("offers")
        .assignTimestampsAndWatermarks(Timeless.strategy())
        .setParallelism(parallelism);
  }

  /** Event time of shop events: when they happened. */
  static WatermarkStrategy<ShopEvent> eventTime(ServingOptions options) {
    return watermarks(options, ShopEvent::at);
  }

  /** Event time of feature rows: the end of their windows. */
  static WatermarkStrategy<FeatureRow> rowTime(ServingOptions options) {
    return watermarks(options, FeatureRow::asOf);
  }

  private static Inputs inputs(
      StreamExecutionEnvironment env, ServingOptions options, DataStream<Decision> decisions) {
    ConnectionOptions connections = options.connections();
    var topics = connections.topics();
    var events = Topics.source(connections, topics.shopEvents(), ShopEvent.class, GROUP);
    var rows = Topics.compacted(connections, topics.shopperFeatures(), FeatureRow.class, GROUP);
    var rules = Topics.compacted(connections, topics.servingRules(), RuleSet.class, GROUP);
    var models = Topics.compacted(connections, topics.models(), ModelVersion.class, GROUP);
    var prices = Topics.compacted(connections, topics.dualPrices(), DualPrices.class, GROUP);
    return new Inputs(
        env.fromSource(events, eventTime(options), "shop events").uid("shop-events-source"),
        env.fromSource(rows, rowTime(options), "shopper features").uid("shopper-features-source"),
        decisions,
        env.fromSource(rules, WatermarkStrategy.noWatermarks(), "serving rules")
            .setParallelism(1)
            .uid("serving-rules-source"),
        env.fromSource(models, WatermarkStrategy.noWatermarks(), "models")
            .setParallelism(1)
            .uid("models-source"),
        env.fromSource(prices, WatermarkStrategy.noWatermarks(), "dual prices")
            .setParallelism(1)
            .uid("dual-prices-source"));
  }

  /** Every decision, the job's and the server's, comes by the topic. */
  private static DataStream<Decision> allDecisions(
      StreamExecutionEnvironment env, ConnectionOptions connections) {
    var source = Topics.decisions(connections, GROUP);
    return env.fromSource(source, WatermarkStrategy.noWatermarks(), "decisions to store")
        .uid("decisions-source");
  }

  static void store(DataStream<Decision> decisions, ConnectionOptions.Postgres postgres) {
    decisions
        .keyBy(Decision::decisionId) // repeats stay in order, so the first one wins
        .sinkTo(Tables.bulk(postgres, DecisionTable.TABLE, DecisionTable::bind))
        .name("decisions table")
        .uid("decisions-table");
  }

  private static void applyAdjustments(
      StreamExecutionEnvironment env, ConnectionOptions connections) {
    var topic = connections.topics().strategyAdjustments();
    var source = Topics.source(connections, topic, StrategyAdjustment.class, GROUP);
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "strategy adjustments")
        .setParallelism(1)
        .uid("strategy-adjustments-source")
        .sinkTo(RuleBookSink.on(connections))
        .setParallelism(1)
        .name("rule book")
        .uid("rule-book-sink");
  }

  /**
   * Rules, models and prices have no event time of their own: that of events and rows is the job's.
   */
  private static <T> DataStream<Guidance> guidance(
      DataStream<T> stream, SerializableMap<T> toGuidance) {
    return stream
        .map(toGuidance)
        .returns(Guidance.class)
        .setParallelism(1)
        .assignTimestampsAndWatermarks(Timeless.strategy())
        .setParallelism(1);
  }

  /** A map function from a lambda. */
  private interface SerializableMap<T> extends MapFunction<T, Guidance> {}

  private static <T> WatermarkStrategy<T> watermarks(
      ServingOptions options, SerializableTime<T> time) {
    return WatermarkStrategy.<T>forBoundedOutOfOrderness(options.outOfOrderness())
        .withTimestampAssigner((record, previous) -> time.apply(record).toEpochMilli())
        .withIdleness(options.idleness());
  }

  private interface SerializableTime<T> extends Function<T, Instant>, java.io.Serializable {}
}
