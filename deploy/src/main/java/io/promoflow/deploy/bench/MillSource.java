package io.promoflow.deploy.bench;

import io.promoflow.ingestion.schema.ShopEvent;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The events of an {@link EventMill} as a source of one subtask, with a watermark per slide. */
final class MillSource implements Source<ShopEvent, NoSplit, NoSplit> {
  private static final long serialVersionUID = 1L;

  private final Load load;
  private final String meter;

  MillSource(Load load, Meter meter) {
    this.load = load;
    this.meter = meter.name();
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<ShopEvent, NoSplit> createReader(SourceReaderContext context) {
    return new MillReader(new EventMill(load), Meter.named(meter));
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> createEnumerator(
      SplitEnumeratorContext<NoSplit> context) {
    return new NoSplit.Enumerator();
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> restoreEnumerator(
      SplitEnumeratorContext<NoSplit> context, NoSplit checkpoint) {
    return new NoSplit.Enumerator();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
    return new NoSplit.Serializer();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getEnumeratorCheckpointSerializer() {
    return new NoSplit.Serializer();
  }
}
