package io.promoflow.deploy.bench;

import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A source that is not divided has no splits, but Flink asks how to write them. */
record NoSplit() implements SourceSplit {
  @Override
  public String splitId() {
    return "all";
  }

  /** Hands nothing out. */
  static final class Enumerator implements SplitEnumerator<NoSplit, NoSplit> {
    @Override
    public void start() {
      // nothing to find
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {
      // nobody asks
    }

    @Override
    public void addSplitsBack(List<NoSplit> splits, int subtask) {
      // none were given
    }

    @Override
    public void addReader(int subtask) {
      // it makes its events itself
    }

    @Override
    public NoSplit snapshotState(long checkpoint) {
      return new NoSplit();
    }

    @Override
    public void close() {
      // holds no resource
    }
  }

  /** Writes nothing. */
  static final class Serializer implements SimpleVersionedSerializer<NoSplit> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(NoSplit split) {
      return new byte[0];
    }

    @Override
    public NoSplit deserialize(int version, byte[] bytes) {
      return new NoSplit();
    }
  }
}
