package io.promoflow.ingestion.flink;

import static io.promoflow.ingestion.flink.RawEvents.CLOCK;
import static io.promoflow.ingestion.flink.RawEvents.NOON;
import static io.promoflow.ingestion.flink.RawEvents.options;
import static io.promoflow.ingestion.flink.RawEvents.record;
import static io.promoflow.ingestion.flink.RawEvents.viewed;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.RejectedEvent;
import io.promoflow.ingestion.schema.RejectionReason;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

class IngestionPipelineTest {
  private record Result(
      List<ShopEvent> events, List<RejectedEvent> rejected, Map<String, Long> counts) {}

  private static StreamExecutionEnvironment environment(int parallelism) {
    var env = StreamExecutionEnvironment.createLocalEnvironment(parallelism);
    JobEnvironment.configure(env, RawEvents.settings("jdbc:postgresql://unused/x"));
    env.setParallelism(parallelism);
    env.getConfig().enableObjectReuse();
    return env;
  }

  private static Result run(int parallelism, List<RawRecord> raw) throws Exception {
    var env = environment(parallelism);
    var out = IngestionJob.pipeline(env.fromData(raw, type()), options(), CLOCK);
    try (var events = out.events().collectAsync();
        var rejected = out.rejected().collectAsync();
        var counts = out.counts().collectAsync()) {
      env.execute();
      var totals = new TreeMap<String, Long>();
      counts.forEachRemaining(c -> totals.put(c.what(), c.events()));
      totals.values().removeIf(n -> n == 0);
      return new Result(all(events), all(rejected), totals);
    }
  }

  private static org.apache.flink.api.common.typeinfo.TypeInformation<RawRecord> type() {
    return org.apache.flink.api.common.typeinfo.TypeInformation.of(RawRecord.class);
  }

  private static <T> List<T> all(java.util.Iterator<T> iterator) {
    var list = new ArrayList<T>();
    iterator.forEachRemaining(list::add);
    return list;
  }

  @Test
  void everyRawEventHasExactlyOneOutcome() throws Exception {
    String order =
        """
        {"messageId":"o1","event":"purchase","userId":"ada","timestamp":"2026-01-05T12:00:00Z",
         "order_id":"o","currency":"EUR",
         "products":[{"sku":"a","price":1,"quantity":1},{"sku":"b","price":2,"quantity":1}]}""";
    var result =
        run(
            2,
            List.of(
                record(viewed("e1", "ada", NOON), 0),
                record(viewed("e1", "ada", NOON), 1),
                record(order, 2),
                record(order, 3),
                record("{\"messageId\":", 4),
                record("", 5),
                record(viewed("e2", "bob", NOON), 6)));
    assertThat(result.counts)
        .isEqualTo(
            Map.of(
                "in||", 7L,
                "accepted||PRODUCT_VIEWED", 2L,
                "accepted||ORDER_PLACED", 1L,
                "lines||PRODUCT_VIEWED", 2L,
                "lines||ORDER_PLACED", 2L,
                "duplicate||", 2L,
                "rejected|EMPTY|", 1L,
                "rejected|NOT_JSON|", 1L));
    assertThat(result.events)
        .extracting(ShopEvent::eventId)
        .containsExactlyInAnyOrder("e1", "o1/1", "o1/2", "e2");
    assertThat(result.events).extracting(ShopEvent::shopperId).allMatch(id -> id.startsWith("k1."));
    assertThat(result.rejected)
        .extracting(RejectedEvent::source)
        .containsExactlyInAnyOrder("behavior-events-0-4", "behavior-events-0-5");
    assertThat(result.rejected).extracting(RejectedEvent::rejectedAt).containsOnly(NOON);
  }

  @Test
  void everyBadInputLeavesByTheSideDoorAndTheJobGoesOn() throws Exception {
    var bad = new TreeMap<RejectionReason, String>();
    String good = viewed("e", "ada", NOON);
    bad.put(RejectionReason.NOT_JSON, good.substring(0, 30));
    bad.put(RejectionReason.WRONG_TYPE, good.replace("\"tea\"", "{}"));
    bad.put(RejectionReason.NOT_A_NUMBER, good.replace("\"tea\"", "\"tea\",\"price\":NaN"));
    bad.put(RejectionReason.TOO_LARGE, good.replace("tea", "x".repeat(10_000_000)));
    bad.put(RejectionReason.TOO_DEEP, "[".repeat(10_000));
    bad.put(RejectionReason.UNKNOWN_TYPE, good.replace("Product Viewed", "Product Danced"));
    bad.put(RejectionReason.MISSING_EVENT_ID, good.replace("messageId", "massageId"));
    bad.put(RejectionReason.MISSING_SHOPPER_ID, good.replace("userId", "uzerId"));
    bad.put(RejectionReason.TOO_FAR_AHEAD, viewed("e", "ada", NOON.plus(Duration.ofDays(365))));
    var raw = new ArrayList<RawRecord>();
    bad.values().forEach(json -> raw.add(record(json, raw.size())));
    raw.add(new RawRecord(new byte[] {1}, "behavior-events", 0, 99, "5 columns, not 8"));
    raw.add(record(viewed("last", "bob", NOON), 100));

    var expected = new ArrayList<>(bad.keySet());
    expected.add(RejectionReason.UNMAPPABLE_ROW);

    var result = run(1, raw);

    assertThat(result.rejected)
        .extracting(RejectedEvent::reason)
        .containsExactlyElementsOf(expected);
    assertThat(result.events).extracting(ShopEvent::eventId).containsExactly("last");
    for (var rejected : result.rejected) {
      if (rejected.reason() == RejectionReason.TOO_LARGE) {
        assertThat(rejected.original()).hasSize(700_000);
        assertThat(rejected.detail()).contains("first 700000 of");
      } else if (rejected.reason() != RejectionReason.UNMAPPABLE_ROW) {
        assertThat(rejected.original()).asString().isEqualTo(bad.get(rejected.reason()));
      }
    }
  }

  @Test
  void keepsTheOrderWithOneSubtask() throws Exception {
    var raw = new ArrayList<RawRecord>();
    for (int i = 0; i < 2_000; i++) {
      raw.add(record(viewed("e" + i, i % 3 == 0 ? "ada" : "bob", NOON), i));
    }
    var ids = run(1, raw).events.stream().map(ShopEvent::eventId).toList();
    assertThat(ids).hasSize(2_000);
    assertThat(ids).isEqualTo(raw.stream().map(r -> "e" + r.offset()).toList());
  }

  @Test
  void oneEventFromTheFutureMakesNobodyLate() throws Exception {
    var env = environment(1);
    var raw = new ArrayList<RawRecord>();
    raw.add(record(viewed("now", "ada", NOON), 0));
    raw.add(record(viewed("future", "ada", NOON.plus(Duration.ofDays(365))), 1));
    for (int i = 2; i < 500; i++) {
      raw.add(record(viewed("later" + i, "bob", NOON.plusMillis(i)), i));
    }
    var out = IngestionJob.pipeline(env.fromData(raw, type()), options(), CLOCK);
    DataStream<ShopEvent> timed =
        out.events()
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<ShopEvent>forGenerator(c -> new EveryEvent())
                    .withTimestampAssigner((e, t) -> e.at().toEpochMilli()));
    try (var late = timed.process(new Late()).collectAsync()) {
      env.execute();
      assertThat(all(late)).containsOnly(false).hasSize(499);
    }
  }

  /** The strictest clock downstream: event time is the newest event seen. */
  private static final class EveryEvent
      implements org.apache.flink.api.common.eventtime.WatermarkGenerator<ShopEvent> {
    @Override
    public void onEvent(
        ShopEvent event, long at, org.apache.flink.api.common.eventtime.WatermarkOutput output) {
      output.emitWatermark(new org.apache.flink.api.common.eventtime.Watermark(at - 1));
    }

    @Override
    public void onPeriodicEmit(org.apache.flink.api.common.eventtime.WatermarkOutput output) {
      // every event emits
    }
  }

  private static final class Late extends ProcessFunction<ShopEvent, Boolean> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(ShopEvent event, Context context, Collector<Boolean> out) {
      out.collect(event.at().toEpochMilli() < context.timerService().currentWatermark());
    }
  }
}
