package io.promoflow.deploy.bench;

import io.promoflow.ingestion.schema.ShopEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;

/** Emits events in batches and a watermark at the end of every slide, until the meter is done. */
final class MillReader implements SourceReader<ShopEvent, NoSplit> {
  private static final int BATCH = 64;

  private final EventMill mill;
  private final Meter meter;
  private long slide;
  private int position;
  private boolean still;

  MillReader(EventMill mill, Meter meter) {
    this.mill = mill;
    this.meter = meter;
  }

  @Override
  public void start() {
    // begins when it is polled
  }

  @Override
  public InputStatus pollNext(ReaderOutput<ShopEvent> output) {
    int events = mill.load().eventsPerSlide();
    for (int i = 0; i < BATCH; i++) {
      if (meter.holdsAt(slide, position)) {
        still = true;
        return InputStatus.NOTHING_AVAILABLE;
      }
      output.collect(mill.event(slide, position), mill.timeOf(slide, position));
      if (++position == events) {
        return endSlide(output);
      }
    }
    return InputStatus.MORE_AVAILABLE;
  }

  private InputStatus endSlide(ReaderOutput<ShopEvent> output) {
    position = 0;
    slide++;
    output.emitWatermark(new Watermark(Load.START + slide * Load.SLIDE_MILLIS - 1));
    return meter.goOn() ? InputStatus.MORE_AVAILABLE : InputStatus.END_OF_INPUT;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return still ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
  }

  @Override
  public List<NoSplit> snapshotState(long checkpoint) {
    return List.of();
  }

  @Override
  public void addSplits(List<NoSplit> splits) {
    // it is not divided
  }

  @Override
  public void notifyNoMoreSplits() {
    // it is not divided
  }

  @Override
  public void close() {
    // holds no resource
  }
}
