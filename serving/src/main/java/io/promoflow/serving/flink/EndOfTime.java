package io.promoflow.serving.flink;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/** Says at once that nothing older will come: the stream leaves event time to the others. */
final class EndOfTime<T> implements WatermarkGenerator<T> {
  @Override
  public void onEvent(T event, long timestamp, WatermarkOutput output) {
    output.emitWatermark(Watermark.MAX_WATERMARK);
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    output.emitWatermark(Watermark.MAX_WATERMARK);
  }
}
