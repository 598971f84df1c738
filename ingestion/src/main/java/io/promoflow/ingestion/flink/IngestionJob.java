package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.RejectedEvent;
import io.promoflow.ingestion.schema.RejectionReason;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.store.Store;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SideOutputDataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Raw shop events in; valid, de-duplicated, pseudonymised ones, refused ones with their reason, and
 * a count of everything out.
 */
public final class IngestionJob {
  public static final String GROUP = "promoflow-ingestion";

  private IngestionJob() {}

  /**
   * What leaves the pipeline.
   *
   * @param events valid and new, under a pseudonym
   * @param rejected refused
   * @param counts totals by outcome, each newer one in the place of the older
   */
  public record Outputs(
      DataStream<ShopEvent> events,
      DataStream<RejectedEvent> rejected,
      DataStream<IntakeCount> counts) {}

  public static void main(String[] args) throws Exception {
    var settings = Settings.load(args, System.getenv()).refuseUnknown(IngestionOptions.ALL);
    var env = JobEnvironment.of(settings);
    define(env, settings);
    env.execute("promoflow ingestion");
  }

  /** Attaches sources and sinks to the pipeline. */
  public static void define(StreamExecutionEnvironment env, Settings settings) {
    var options = IngestionOptions.from(settings);
    var connections = options.connections();
    var topics = connections.topics();
    var clock = Clock.systemUTC();
    Store.migrate(connections.postgres(), "ingestion");
    // Records of the language are immutable, so chained operators need no copies of them.
    env.getConfig().enableObjectReuse();
    var raw =
        env.fromSource(
                Topics.source(connections, topics.behaviorEvents(), new RawRecords(), GROUP),
                WatermarkStrategy.noWatermarks(),
                "behavior events")
            .uid("behavior-events-source");
    var out = pipeline(raw, options, clock);
    out.events()
        .sinkTo(Topics.sink(connections, topics.shopEvents(), ShopEvent::shopperId))
        .name("shop events")
        .uid("shop-events-sink");
    out.rejected()
        .sinkTo(Topics.sink(connections, topics.rejectedEvents(), rejected -> null))
        .name("rejected events")
        .uid("rejected-events-sink");
    out.counts()
        .sinkTo(IntakeTable.sink(connections.postgres(), clock))
        .name("intake counts")
        .uid("intake-counts-sink")
        .setParallelism(1);
  }

  /** Count, parse, drop duplicates, pseudonymise; count what became of them. */
  public static Outputs pipeline(DataStream<RawRecord> raw, IngestionOptions options, Clock clock) {
    var in = counted(raw, "count in", record -> count(IntakeCount.IN, "", "", 1), everyKind());
    var parsed =
        in.process(new ParseFunction(options.limits(), options.keptBytes(), clock))
            .name("parse")
            .uid("parse");
    var rejected =
        counted(
            parsed.getSideOutput(ParseFunction.REJECTED),
            "count rejected",
            event -> count(IntakeCount.REJECTED, event.reason().name(), "", 1),
            List.of());
    var unique =
        parsed
            .keyBy(AcceptedEvent::rawEventId)
            .process(new DropDuplicates(options.rememberIds()))
            .name("drop duplicates")
            .uid("drop-duplicates");
    var duplicates =
        counted(
            unique.getSideOutput(DropDuplicates.DUPLICATES),
            "count duplicates",
            id -> count(IntakeCount.DUPLICATE, "", "", 1),
            List.of());
    var accepted =
        counted(
            unique,
            "count accepted",
            event -> count(IntakeCount.ACCEPTED, "", event.type().name(), 1),
            List.of());
    var events =
        counted(
            accepted
                .flatMap(new Pseudonymise(options.pseudonymizer()))
                .name("pseudonymise")
                .uid("pseudonymise"),
            "count lines",
            event -> count(IntakeCount.LINES, "", event.type().name(), 1),
            List.of());
    return new Outputs(events, rejected, totals(in, rejected, duplicates, accepted, events));
  }

  private static <T> SingleOutputStreamOperator<T> counted(
      DataStream<T> stream,
      String name,
      CountingOperator.Kind<T> kind,
      List<IntakeCount> announced) {
    return stream
        .transform(name, stream.getType(), new CountingOperator<>(kind, announced))
        .uid(name.replace(' ', '-'));
  }

  private static DataStream<IntakeCount> totals(SingleOutputStreamOperator<?>... counted) {
    DataStream<IntakeCount> counts = null;
    for (var stream : counted) {
      SideOutputDataStream<IntakeCount> some = stream.getSideOutput(CountingOperator.COUNTS);
      counts = counts == null ? some : counts.union(some);
    }
    return counts
        .keyBy(IntakeCount::what)
        .process(new TotalCounts())
        .returns(TypeInformation.of(IntakeCount.class))
        .name("total counts")
        .uid("total-counts")
        .setParallelism(1);
  }

  /** All rows of the counts table: told as 0 at the start, they show the state they start from. */
  private static List<IntakeCount> everyKind() {
    var kinds = new ArrayList<IntakeCount>();
    kinds.add(count(IntakeCount.IN, "", "", 0));
    kinds.add(count(IntakeCount.DUPLICATE, "", "", 0));
    for (RejectionReason reason : RejectionReason.values()) {
      kinds.add(count(IntakeCount.REJECTED, reason.name(), "", 0));
    }
    for (ShopEventType type : ShopEventType.values()) {
      kinds.add(count(IntakeCount.ACCEPTED, "", type.name(), 0));
      kinds.add(count(IntakeCount.LINES, "", type.name(), 0));
    }
    return kinds;
  }

  private static IntakeCount count(String outcome, String reason, String eventType, long events) {
    return new IntakeCount(outcome, reason, eventType, events);
  }
}
