package io.promoflow.deploy.bench;

import io.promoflow.ingestion.schema.ShopEvent;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/** Rival: Flink SQL's hopping windows, fed and read in its own internal format. */
final class HopSide implements StreamSide {
  static final String NAME = "Flink SQL HOP window table function";
  static final String MINI_BATCH = "table.exec.mini-batch.enabled";
  static final String PHASES = "table.optimizer.agg-phase-strategy";

  /** The configurations that are tried; the best one counts. */
  static final List<Map<String, String>> CHOICES =
      List.of(
          Map.of(MINI_BATCH, "false", PHASES, "ONE_PHASE"),
          Map.of(MINI_BATCH, "false", PHASES, "TWO_PHASE"),
          Map.of(MINI_BATCH, "true", PHASES, "ONE_PHASE"),
          Map.of(MINI_BATCH, "true", PHASES, "TWO_PHASE"));

  private static final DataType ROW =
      DataTypes.ROW(
          DataTypes.FIELD("shopper", DataTypes.STRING().notNull()),
          DataTypes.FIELD("at", DataTypes.TIMESTAMP(3).notNull()),
          DataTypes.FIELD("net", DataTypes.BIGINT().notNull()),
          DataTypes.FIELD("gross", DataTypes.BIGINT().notNull()));
  private static final DataType RESULT =
      DataTypes.ROW(
              DataTypes.FIELD("shopper", DataTypes.STRING().notNull()),
              DataTypes.FIELD("ends", DataTypes.TIMESTAMP(3).notNull()),
              DataTypes.FIELD("seen", DataTypes.BIGINT().notNull()),
              DataTypes.FIELD("net", DataTypes.BIGINT().notNull()),
              DataTypes.FIELD("gross", DataTypes.BIGINT().notNull()))
          .notNull()
          .bridgedTo(RowData.class);

  @Override
  public void attach(
      DataStream<ShopEvent> events, Load load, Meter meter, Map<String, String> settings) {
    var tables = StreamTableEnvironment.create(events.getExecutionEnvironment());
    var config = tables.getConfig();
    config.set(MINI_BATCH, settings.getOrDefault(MINI_BATCH, "false"));
    config.set(PHASES, settings.getOrDefault(PHASES, "AUTO"));
    config.set("table.exec.mini-batch.allow-latency", "1 s");
    config.set("table.exec.mini-batch.size", "5000");
    DataStream<RowData> rows =
        events.map(new Narrow(), InternalTypeInfo.of((RowType) ROW.getLogicalType()));
    tables.createTemporaryView(
        "events",
        tables.fromDataStream(
            rows,
            Schema.newBuilder()
                .column("shopper", "STRING NOT NULL")
                .column("at", "TIMESTAMP(3) NOT NULL")
                .column("net", "BIGINT NOT NULL")
                .column("gross", "BIGINT NOT NULL")
                .watermark("at", "SOURCE_WATERMARK()")
                .build()));
    tables
        .toDataStream(tables.sqlQuery(query(load)), RESULT)
        .sinkTo(new AnswerSink<>(meter, HopSide::fold))
        .name("answer");
  }

  private static String query(Load load) {
    return """
        SELECT shopper, window_end AS ends, COUNT(*) AS seen, SUM(net) AS net, SUM(gross) AS gross
        FROM TABLE(HOP(TABLE events, DESCRIPTOR(`at`), INTERVAL '%d' MINUTE(4),
                       INTERVAL '%d' MINUTE(4)))
        GROUP BY shopper, window_start, window_end
        """
        .formatted(Load.SLIDE.toMinutes(), Load.SLIDE.toMinutes() * load.windowSlides());
  }

  private static void fold(Answer answer, Object result) {
    var row = (RowData) result;
    long end = row.getTimestamp(1, 3).getMillisecond();
    if (answer.wants(end)) {
      answer.add(row.getString(0).toString(), end, row.getLong(2), row.getLong(3), row.getLong(4));
    }
  }

  /** Only what the query needs, in SQL's own row format: no conversion is left to do. */
  private static final class Narrow implements MapFunction<ShopEvent, RowData> {
    private static final long serialVersionUID = 1L;

    @Override
    public RowData map(ShopEvent event) {
      return GenericRowData.of(
          StringData.fromString(event.shopperId()),
          TimestampData.fromEpochMillis(event.at().toEpochMilli()),
          event.netCents(),
          event.grossCents());
    }
  }
}
