package io.promoflow.deploy.bench;

import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.windowing.WindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Rival: Flink's own sliding windows, with an accumulator of primitives updated in place. */
final class WindowSide implements StreamSide {
  static final String NAME = "DataStream SlidingEventTimeWindows";
  static final String CONFIGURATION =
      "AggregateFunction on long[], object reuse, hashmap state, chained, parallelism 1";

  @Override
  public void attach(
      DataStream<ShopEvent> events, Load load, Meter meter, Map<String, String> settings) {
    rows(new AlreadyKeyed<>(events), load)
        .sinkTo(new AnswerSink<>(meter, WindowRow::fold))
        .name("answer");
  }

  static DataStream<WindowRow> rows(DataStream<ShopEvent> events, Load load) {
    return events
        .keyBy(ShopEvent::shopperId)
        .window(SlidingEventTimeWindows.of(Duration.ofMillis(load.windowMillis()), Load.SLIDE))
        .aggregate(
            new Totals(),
            new Label(),
            PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO,
            TypeInformation.of(WindowRow.class))
        .name("sliding windows");
  }

  /** Count of views, sum of net cents, sum of gross cents. */
  private static final class Totals implements AggregateFunction<ShopEvent, long[], long[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public long[] createAccumulator() {
      return new long[3];
    }

    @Override
    public long[] add(ShopEvent event, long[] totals) {
      totals[0]++;
      totals[1] += event.netCents();
      totals[2] += event.grossCents();
      return totals;
    }

    @Override
    public long[] getResult(long[] totals) {
      return totals;
    }

    @Override
    public long[] merge(long[] a, long[] b) {
      return new long[] {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
    }
  }

  private static final class Label
      implements WindowFunction<long[], WindowRow, String, TimeWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void apply(
        String shopper, TimeWindow window, Iterable<long[]> totals, Collector<WindowRow> out) {
      for (long[] t : totals) {
        out.collect(new WindowRow(shopper, window.getEnd(), t[0], t[1], t[2]));
      }
    }
  }
}
