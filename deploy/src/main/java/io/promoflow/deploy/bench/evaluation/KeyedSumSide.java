package io.promoflow.deploy.bench.evaluation;

import io.promoflow.ingestion.flink.Tables;
import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/** Rival: what one writes by hand who wants the spend per variant, and nothing else. */
@SuppressWarnings("SameNameButDifferent") // the Context of a function is its own
final class KeyedSumSide {
  static final String NAME = "keyed sum by hand";
  static final String GROUP = "keyed-sum";
  static final String CONFIGURATION =
      "the same sources; keyed by shopper: first variant, and what was spent before it is known;"
          + " keyed by variant: running sums, JdbcSink upsert once a second; no event time, no"
          + " window, no repeats dropped; both sides object reuse, hashmap state, parallelism 1,"
          + " checkpoints every 2 s";
  static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS keyed_sum (
        experiment text, variant text, units bigint, orders bigint, cents bigint,
        PRIMARY KEY (experiment, variant))
      """;
  static final String EMPTY = "TRUNCATE keyed_sum";
  private static final String UPSERT =
      """
      INSERT INTO keyed_sum (experiment, variant, units, orders, cents) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (experiment, variant) DO UPDATE SET units = excluded.units,
        orders = excluded.orders, cents = excluded.cents
      """;
  private static final long WRITE_MILLIS = 1_000;

  private KeyedSumSide() {}

  /** Spend of a variant; a null variant for a shopper of whom no decision is known yet. */
  public record Spend(String experiment, String variant, long units, long orders, long cents) {
    String cell() {
      return experiment + "/" + variant;
    }

    Spend plus(Spend more) {
      return new Spend(
          more.experiment,
          more.variant,
          units + more.units,
          orders + more.orders,
          cents + more.cents);
    }
  }

  static void define(StreamExecutionEnvironment env, ConnectionOptions options) {
    var topics = options.topics();
    var decisions =
        env.fromSource(
            Topics.source(options, topics.decisions(), Decision.class, GROUP),
            WatermarkStrategy.noWatermarks(),
            "decisions");
    var events =
        env.fromSource(
            Topics.source(options, topics.shopEvents(), ShopEvent.class, GROUP),
            WatermarkStrategy.noWatermarks(),
            "shop events");
    decisions
        .keyBy(Decision::shopperId)
        .connect(events.filter(KeyedSumSide::isMoney).keyBy(ShopEvent::shopperId))
        .process(new PerShopper())
        .keyBy(Spend::cell)
        .process(new PerVariant())
        .sinkTo(
            Tables.upsert(
                options.postgres(),
                UPSERT,
                (statement, row) -> {
                  statement.setString(1, row.experiment());
                  statement.setString(2, row.variant());
                  statement.setLong(3, row.units());
                  statement.setLong(4, row.orders());
                  statement.setLong(5, row.cents());
                }));
  }

  private static boolean isMoney(ShopEvent event) {
    return event.type() == ShopEventType.ORDER_PLACED
        || event.type() == ShopEventType.ORDER_REFUNDED;
  }

  private static final class PerShopper
      extends KeyedCoProcessFunction<String, Decision, ShopEvent, Spend> {
    private static final long serialVersionUID = 1L;
    private transient ValueState<Spend> known;

    @Override
    public void open(OpenContext context) {
      known = getRuntimeContext().getState(new ValueStateDescriptor<>("known", Spend.class));
    }

    @Override
    public void processElement1(Decision decision, Context context, Collector<Spend> out)
        throws Exception {
      Spend before = known.value();
      if (decision.experimentId() == null || (before != null && before.variant() != null)) {
        return;
      }
      var first = new Spend(decision.experimentId(), decision.variant(), 1, 0, 0);
      known.update(first);
      out.collect(before == null ? first : before.plus(first));
    }

    @Override
    public void processElement2(ShopEvent event, Context context, Collector<Spend> out)
        throws Exception {
      Spend before = known.value();
      boolean placed = event.type() == ShopEventType.ORDER_PLACED;
      long cents = placed ? event.netCents() : -event.netCents();
      if (before != null && before.variant() != null) {
        out.collect(new Spend(before.experiment(), before.variant(), 0, placed ? 1 : 0, cents));
        return;
      }
      var more = new Spend(null, null, 0, placed ? 1 : 0, cents);
      known.update(before == null ? more : before.plus(more));
    }
  }

  private static final class PerVariant extends KeyedProcessFunction<String, Spend, Spend> {
    private static final long serialVersionUID = 1L;
    private transient ValueState<Spend> sums;
    private transient ValueState<Boolean> writing;

    @Override
    public void open(OpenContext context) {
      sums = getRuntimeContext().getState(new ValueStateDescriptor<>("sums", Spend.class));
      writing = getRuntimeContext().getState(new ValueStateDescriptor<>("writing", Boolean.class));
    }

    @Override
    public void processElement(Spend more, Context context, Collector<Spend> out) throws Exception {
      Spend before = sums.value();
      sums.update(before == null ? more : before.plus(more));
      if (writing.value() == null) {
        writing.update(true);
        var timers = context.timerService();
        timers.registerProcessingTimeTimer(timers.currentProcessingTime() + WRITE_MILLIS);
      }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Spend> out)
        throws Exception {
      writing.clear();
      out.collect(sums.value());
    }
  }
}
