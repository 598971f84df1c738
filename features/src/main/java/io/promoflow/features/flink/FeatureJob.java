package io.promoflow.features.flink;

import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.TrainingExample;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Shop events in; feature rows, training examples, and late events out. */
public final class FeatureJob {
  public static final String GROUP = "promoflow-features";

  private FeatureJob() {}

  /** What the pipeline gives. */
  public record Outputs(
      DataStream<FeatureRow> rows,
      DataStream<TrainingExample> examples,
      DataStream<ShopEvent> late) {}

  public static void main(String[] args) throws Exception {
    Settings settings = Settings.load(args, System.getenv()).refuseUnknown(FeatureOptions.ALL);
    var env = JobEnvironment.of(settings);
    define(env, settings);
    env.execute("promoflow features");
  }

  /** Attaches topics and tables to the pipeline. */
  public static void define(StreamExecutionEnvironment env, Settings settings) {
    var options = FeatureOptions.from(settings);
    var connections = options.connections();
    var topics = connections.topics();
    FeatureTables.migrate(connections.postgres(), options.engine());
    DataStream<ShopEvent> events =
        env.fromSource(
                Topics.source(connections, topics.shopEvents(), ShopEvent.class, GROUP),
                watermarks(options),
                "shop events")
            .uid("shop-events-source");
    var out = pipeline(events, options);
    out.rows()
        .sinkTo(Topics.sink(connections, topics.shopperFeatures(), FeatureRow::shopperId))
        .name("shopper features topic")
        .uid("shopper-features-sink");
    out.rows()
        .sinkTo(FeatureTables.latest(connections.postgres()))
        .name("shopper features table")
        .uid("shopper-features-table");
    if (options.history()) {
      out.rows()
          .sinkTo(FeatureTables.history(connections.postgres()))
          .name("feature history table")
          .uid("feature-history-table");
    }
    out.examples()
        .sinkTo(FeatureTables.examples(connections.postgres()))
        .name("training examples table")
        .uid("training-examples-table");
    out.late()
        .sinkTo(FeatureTables.late(connections.postgres()))
        .name("late events table")
        .uid("late-events-table");
    out.examples()
        .global()
        .sinkTo(new EventTimeClockSink<>(connections.postgres(), "features"))
        .setParallelism(1)
        .name("event-time clock")
        .uid("event-time-clock");
  }

  /** The pipeline itself: one operator folds, slides and labels. */
  public static Outputs pipeline(DataStream<ShopEvent> events, FeatureOptions options) {
    var rows =
        events
            .keyBy(ShopEvent::shopperId)
            .process(
                new ShopperFeatures(options.engine(), options.examplesEvery(), options.horizon()))
            .name("windows by slices")
            .uid("shopper-features");
    return new Outputs(
        rows,
        rows.getSideOutput(ShopperFeatures.EXAMPLES),
        rows.getSideOutput(ShopperFeatures.LATE));
  }

  static WatermarkStrategy<ShopEvent> watermarks(FeatureOptions options) {
    return WatermarkStrategy.<ShopEvent>forBoundedOutOfOrderness(options.outOfOrderness())
        .withTimestampAssigner((event, recorded) -> event.at().toEpochMilli())
        .withIdleness(options.idleness());
  }
}
