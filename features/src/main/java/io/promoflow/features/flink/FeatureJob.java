package io.promoflow.features.flink;

import io.promoflow.features.Entity;
import io.promoflow.features.FeatureEngine;
import io.promoflow.features.FeatureVector;
import io.promoflow.features.WrittenRow;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.TrainingExample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Shop events in; feature rows, training examples, their health, and late events out. */
public final class FeatureJob {
  public static final String GROUP = "promoflow-features";

  private FeatureJob() {}

  /** What the pipeline gives. */
  public record Outputs(
      SingleOutputStreamOperator<FeatureVector> vectors,
      DataStream<WrittenRow> entityRows,
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
    FeatureTables.migrate(connections.postgres(), options.engines());
    DataStream<ShopEvent> events =
        env.fromSource(
                Topics.source(connections, topics.shopEvents(), ShopEvent.class, GROUP),
                watermarks(options),
                "shop events")
            .uid("shop-events-source");
    var out = pipeline(events, options);
    DataStream<WrittenRow> rows = rows(out.vectors(), options.engine());
    rows.sinkTo(
            Topics.sink(
                connections, topics.shopperFeatures(), WrittenRow::key, WrittenRow::message))
        .name("shopper features topic")
        .uid("shopper-features-sink");
    rows.sinkTo(FeatureTables.latest(connections.postgres()))
        .name("shopper features table")
        .uid("shopper-features-table");
    if (options.history()) {
      rows.sinkTo(FeatureTables.history(connections.postgres()))
          .name("feature history table")
          .uid("feature-history-table");
      out.entityRows()
          .sinkTo(FeatureTables.entityHistory(connections.postgres()))
          .name("entity feature history table")
          .uid("entity-feature-history-table");
    }
    out.entityRows()
        .sinkTo(FeatureTables.entities(connections.postgres()))
        .name("entity features table")
        .uid("entity-features-table");
    out.examples()
        .sinkTo(FeatureTables.examples(connections.postgres()))
        .name("training examples table")
        .uid("training-examples-table");
    health(out.vectors(), options.engine())
        .sinkTo(FeatureTables.health(connections.postgres()))
        .name("feature health table")
        .uid("feature-health-table");
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

  /**
   * The pipeline itself. One operator per entity folds and slides; the one of shoppers also drops
   * repeated events for the others, and labels.
   */
  public static Outputs pipeline(DataStream<ShopEvent> events, FeatureOptions options) {
    List<FeatureEngine> others = options.engines().subList(1, options.engines().size());
    var vectors =
        events
            .keyBy(ShopEvent::shopperId)
            .process(new WindowsBySlices(options.engine(), forShoppers(options, !others.isEmpty())))
            .name("shopper windows")
            .uid("shopper-features");
    DataStream<ShopEvent> passedOn = vectors.getSideOutput(WindowsBySlices.PASSED_ON);
    DataStream<ShopEvent> late = vectors.getSideOutput(WindowsBySlices.LATE);
    var entityRows = new ArrayList<DataStream<WrittenRow>>();
    for (FeatureEngine engine : others) {
      var entityVectors = entityVectors(passedOn, engine, options);
      entityRows.add(rows(entityVectors, engine));
      late = late.union(entityVectors.getSideOutput(WindowsBySlices.LATE));
    }
    return new Outputs(
        vectors,
        entityRows.stream()
            .reduce((one, other) -> one.union(other))
            .orElseGet(() -> passedOn.process(new Nothing<>(WrittenRow.class))),
        vectors.getSideOutput(WindowsBySlices.EXAMPLES),
        late);
  }

  /** Vectors as topic and tables hold them. */
  static DataStream<WrittenRow> rows(
      SingleOutputStreamOperator<FeatureVector> vectors, FeatureEngine engine) {
    return vectors
        .map(engine::written)
        .returns(WrittenRow.class)
        .name(engine.entity().word() + " rows")
        .uid(engine.entity().word() + "-rows");
  }

  /** How good the features are, day by day. */
  static DataStream<FeatureHealth> health(
      SingleOutputStreamOperator<FeatureVector> vectors, FeatureEngine engine) {
    return vectors
        .transform(
            "daily profiles", TypeInformation.of(DayProfile.class), new DailyProfiles(engine))
        .uid("daily-profiles")
        .keyBy(DayProfile::feature)
        .process(new DailyHealth())
        .name("daily health")
        .uid("daily-health");
  }

  private static SingleOutputStreamOperator<FeatureVector> entityVectors(
      DataStream<ShopEvent> passedOn, FeatureEngine engine, FeatureOptions options) {
    Entity entity = engine.entity();
    String name = entity.word().replace('_', '-');
    return passedOn
        .filter(event -> engine.uses(event.type()) && entity.key(event) != null)
        .name(name + " events")
        .uid(name + "-events")
        .keyBy(entity::key)
        .process(new WindowsBySlices(engine, forOthers(options, engine)))
        .name(name + " windows")
        .uid(name + "-features");
  }

  private static WindowsBySlices.Duties forShoppers(FeatureOptions options, boolean passOn) {
    return new WindowsBySlices.Duties(
        options.lateness(),
        options.rememberEvents(),
        options.examplesEvery(),
        options.horizon(),
        passOn);
  }

  /** A shopper's slices know the events that they hold; of other types repeats are still there. */
  private static WindowsBySlices.Duties forOthers(FeatureOptions options, FeatureEngine engine) {
    Duration remember =
        options.engine().usesAllOf(engine) ? Duration.ZERO : options.rememberEvents();
    return new WindowsBySlices.Duties(options.lateness(), remember, null, null, false);
  }

  static WatermarkStrategy<ShopEvent> watermarks(FeatureOptions options) {
    return WatermarkStrategy.<ShopEvent>forBoundedOutOfOrderness(options.outOfOrderness())
        .withTimestampAssigner((event, recorded) -> event.at().toEpochMilli())
        .withIdleness(options.idleness());
  }
}
