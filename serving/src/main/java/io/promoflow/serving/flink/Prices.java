package io.promoflow.serving.flink;

import io.promoflow.ingestion.flink.Tables;
import io.promoflow.ingestion.flink.Timeless;
import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.PriceRow;
import java.time.Clock;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Decisions in; what scarce things are worth to others, slide by slide, out. */
final class Prices {
  /** Key of the one record that the topic keeps. */
  static final String KEY = "prices";

  private Prices() {}

  /**
   * Prices of all decisions, whoever made them. Event time stands still when nothing is decided. Up
   * to the watermarks there is one subtask, for two would mix what the topic has in order.
   */
  static DataStream<DualPrices> pipeline(
      DataStream<Decision> decisions,
      DataStream<RuleSet> rules,
      ServingOptions options,
      Clock clock) {
    return ofFirst(first(decisions, options), rules, options, clock);
  }

  /** The first decision with each id. */
  static DataStream<Decision> first(DataStream<Decision> decisions, ServingOptions options) {
    return decisions
        .keyBy(Decision::decisionId)
        .filter(new FirstDecision(options.repeatWindow()))
        .setParallelism(1)
        .name("first decisions")
        .uid("first-decisions");
  }

  /** The same of decisions that come once each; one of a moment ahead of the clock is of now. */
  static DataStream<DualPrices> ofFirst(
      DataStream<Decision> first, DataStream<RuleSet> rules, ServingOptions options, Clock clock) {
    return first
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<Decision>forBoundedOutOfOrderness(options.outOfOrderness())
                .withTimestampAssigner(
                    (decision, old) -> Math.min(decision.at().toEpochMilli(), clock.millis())))
        .setParallelism(1)
        .keyBy(decision -> KEY)
        .connect(
            rules
                .assignTimestampsAndWatermarks(Timeless.strategy())
                .setParallelism(1)
                .broadcast(DecisionFunction.RULES))
        .process(new PriceFunction(options.allocation()))
        .setParallelism(1)
        .name("prices")
        .uid("prices");
  }

  /** To the topic, of which deciders keep the newest, and to the table, which keeps all. */
  static void publish(DataStream<DualPrices> prices, ConnectionOptions connections) {
    prices
        .sinkTo(Topics.sink(connections, connections.topics().dualPrices(), one -> KEY))
        .setParallelism(1)
        .name("dual prices")
        .uid("dual-prices-sink");
    store(prices, connections.postgres());
  }

  static void store(DataStream<DualPrices> prices, ConnectionOptions.Postgres postgres) {
    prices
        .<PriceRow>flatMap((one, out) -> PriceRow.of(one).forEach(out::collect))
        .returns(PriceRow.class)
        .setParallelism(1)
        .name("price rows")
        .sinkTo(Tables.bulk(postgres, PriceRow.TABLE, PriceRow::bind))
        .setParallelism(1)
        .name("dual prices table")
        .uid("dual-prices-table");
  }
}
