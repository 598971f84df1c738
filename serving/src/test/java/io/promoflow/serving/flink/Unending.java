package io.promoflow.serving.flink;

import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;

/** Emits what it was given and then stays open, as a topic does. */
@SuppressWarnings("deprecation") // the one source that stays open without a broker
final class Unending<T> implements SourceFunction<T> {
  private static final long serialVersionUID = 1L;
  private final ArrayList<byte[]> records = new ArrayList<>();
  private final Class<T> type;
  private transient CountDownLatch cancelled;
  private volatile boolean open = true;

  Unending(Class<T> type, List<T> records) {
    this.type = type;
    records.forEach(record -> this.records.add(Wire.bytes(record)));
  }

  /** The records as a stream from one subtask, in order. */
  static <T> DataStream<T> stream(StreamExecutionEnvironment env, Class<T> type, List<T> records) {
    return env.addSource(new Unending<>(type, records), type.getSimpleName())
        .returns(type)
        .setParallelism(1);
  }

  @Override
  public void run(SourceContext<T> context) throws IOException, InterruptedException {
    cancelled = new CountDownLatch(1);
    for (byte[] record : records) {
      context.collect(Wire.read(record, type));
    }
    if (open) {
      cancelled.await();
    }
  }

  @Override
  public void cancel() {
    open = false;
    if (cancelled != null) {
      cancelled.countDown();
    }
  }
}
