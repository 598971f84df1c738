package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.BulkTable;
import io.promoflow.ingestion.store.BulkWriter;
import java.io.IOException;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/**
 * Writes rows to a table in bulk, at least once: a batch leaves when it is full, {@value
 * #BATCH_MILLIS} ms after its first row, at a checkpoint and at the end of the input.
 *
 * <p>Timers run in the task's own thread, between rows, so nothing here is shared.
 */
final class BulkSink<T> implements Sink<T> {
  private static final long serialVersionUID = 1L;
  private static final long BATCH_MILLIS = 200;

  private final Postgres postgres;
  private final BulkTable table;
  private final BulkWriter.Binder<? super T> binder;

  BulkSink(Postgres postgres, BulkTable table, BulkWriter.Binder<? super T> binder) {
    this.postgres = postgres;
    this.table = table;
    this.binder = binder;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    try {
      return new TimedWriter<>(
          new BulkWriter<T>(postgres, table, binder),
          context.getProcessingTimeService(),
          context.metricGroup());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while connecting to " + table.name(), e);
    }
  }

  /** The writer of a subtask, its timer and its metrics. */
  private static final class TimedWriter<T> implements SinkWriter<T> {
    private final BulkWriter<T> writer;
    private final ProcessingTimeService timers;
    private final Counter rows;
    private final Counter bytes;
    private final Counter flushes;
    private final Counter flushMicros;
    private ScheduledFuture<?> timer;
    private long lastFlushMillis;

    TimedWriter(BulkWriter<T> writer, ProcessingTimeService timers, SinkWriterMetricGroup metrics) {
      this.writer = writer;
      this.timers = timers;
      rows = metrics.getNumRecordsSendCounter();
      bytes = metrics.getNumBytesSendCounter();
      flushes = metrics.counter("flushes");
      flushMicros = metrics.counter("flushMicros");
      metrics.setCurrentSendTimeGauge(() -> lastFlushMillis);
      metrics.gauge("flushRetries", writer::retries);
    }

    @Override
    public void write(T row, Context context) throws IOException, InterruptedException {
      writer.add(row);
      if (writer.isFull()) {
        flush();
      } else if (timer == null) {
        timer =
            timers.registerTimer(timers.getCurrentProcessingTime() + BATCH_MILLIS, this::onTimer);
      }
    }

    private void onTimer(long time) throws IOException, InterruptedException {
      timer = null;
      flush();
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      flush();
    }

    private void flush() throws IOException, InterruptedException {
      int written = writer.rows();
      if (written == 0) {
        return;
      }
      int size = writer.bytes();
      long start = System.nanoTime();
      writer.flush();
      long micros = (System.nanoTime() - start) / 1_000;
      rows.inc(written);
      bytes.inc(size);
      flushes.inc();
      flushMicros.inc(micros);
      lastFlushMillis = micros / 1_000;
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
