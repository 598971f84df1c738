package io.promoflow.features.flink;

import io.promoflow.features.WrittenRow;
import io.promoflow.ingestion.flink.IngestionJob;
import io.promoflow.ingestion.flink.IngestionOptions;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.flink.RawRecord;
import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Clock;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The features of a past, by the very operators of the {@link FeatureJob}: key after key, each in
 * the order of time, so nothing is late and memory holds one key.
 */
public final class BackfillJob {
  private static final String GROUP = "promoflow-backfill";

  private BackfillJob() {}

  public static void main(String[] args) throws Exception {
    Settings settings = Settings.load(args, System.getenv()).refuseUnknown(BackfillOptions.ALL);
    var env = JobEnvironment.of(settings);
    define(env, settings);
    env.execute("promoflow backfill");
  }

  /** Attaches history and tables to the pipeline. */
  public static void define(StreamExecutionEnvironment env, Settings settings) {
    var options = FeatureOptions.from(settings);
    var backfill = BackfillOptions.from(settings);
    Postgres postgres = options.connections().postgres();
    FeatureTables.migrate(postgres, options.engines());
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.getCheckpointConfig().disableCheckpointing();
    var events =
        backfill.files().isEmpty()
            ? topic(env, options)
            : files(env, backfill, IngestionOptions.from(settings));
    var out = FeatureJob.pipeline(events, options);
    DataStream<WrittenRow> rows =
        FeatureJob.rows(out.vectors(), options.engine()).filter(row -> backfill.covers(row.asOf()));
    if (backfill.scratch()) {
      rows.sinkTo(FeatureTables.recomputed(postgres)).name("recomputed features table");
      return;
    }
    rows.sinkTo(FeatureTables.history(postgres)).name("feature history table");
    out.entityRows()
        .filter(row -> backfill.covers(row.asOf()))
        .sinkTo(FeatureTables.entityHistory(postgres))
        .name("entity feature history table");
    out.examples()
        .filter(e -> backfill.covers(e.at()) && backfill.covers(e.labelledAt()))
        .sinkTo(FeatureTables.examples(postgres))
        .name("training examples table");
  }

  private static DataStream<ShopEvent> topic(
      StreamExecutionEnvironment env, FeatureOptions options) {
    var connections = options.connections();
    return env.fromSource(
        Topics.history(connections, connections.topics().shopEvents(), ShopEvent.class, GROUP),
        times(),
        "shop events so far");
  }

  @SuppressWarnings("deprecation") // the one bounded source of an iterator that is read lazily
  private static DataStream<ShopEvent> files(
      StreamExecutionEnvironment env, BackfillOptions backfill, IngestionOptions ingestion) {
    DataStream<RawRecord> raw =
        env.fromCollection(
            new FileHistory(backfill.mapping(), backfill.files()),
            TypeInformation.of(RawRecord.class));
    return IngestionJob.pipeline(raw, ingestion, Clock.systemUTC())
        .events()
        .assignTimestampsAndWatermarks(times());
  }

  private static WatermarkStrategy<ShopEvent> times() {
    return WatermarkStrategy.<ShopEvent>noWatermarks()
        .withTimestampAssigner((event, recorded) -> event.at().toEpochMilli());
  }
}
