package io.promoflow.ingestion.flink;

import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * A stream without event time of its own, such as rules: always idle, so it neither holds the event
 * time of others back nor moves it on. Were it at the end of time instead, a quiet minute of the
 * others would leave it alone to count, and event time would be over for good.
 */
public final class Timeless<T> implements WatermarkGenerator<T> {
  private Timeless() {}

  /** For a source, or for a stream whose source says nothing of event time. */
  public static <T> WatermarkStrategy<T> strategy() {
    return WatermarkStrategy.forGenerator(context -> new Timeless<>());
  }

  @Override
  public void onEvent(T event, long timestamp, WatermarkOutput output) {
    // its moment, if it has one, says nothing of the others'
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    output.markIdle();
  }
}
