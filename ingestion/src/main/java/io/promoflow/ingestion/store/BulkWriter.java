package io.promoflow.ingestion.store;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes rows to a table in batches; a batch leaves when {@link #flush} is called. Rows of one key
 * must come through one writer.
 *
 * <p>Merging is the server's work, of one core per session. So a big batch is cut in two by its
 * keys, and two sessions merge at the same time; a small one goes through one session. Both merge
 * in the order of the keys, so that writers that share a table by mistake do not deadlock.
 */
public final class BulkWriter<T> implements AutoCloseable {
  /** Sessions of a big batch. */
  public static final int SESSIONS = 2;

  private static final int MAX_ROWS = 20_000;
  private static final int MAX_BYTES = 8 << 20;
  private static final int BIG_ROWS = 2_000;
  private static final int BIG_BYTES = 1 << 20;

  /** Gives a row's values, in the order of the table's columns. */
  public interface Binder<T> extends Serializable {
    void bind(RowWriter row, T value);
  }

  private final Binder<? super T> binder;
  private final RowWriter writer;
  private final List<BulkLane> lanes = new ArrayList<>();
  private final ExecutorService threads;
  private int rows;
  private int bytes;

  /** Connects, so that a wrong declaration or address is told before the first row. */
  public BulkWriter(Postgres postgres, BulkTable table, Binder<? super T> binder)
      throws IOException, InterruptedException {
    this(postgres, table, binder, SESSIONS);
  }

  /** With another number of sessions for a big batch. */
  public BulkWriter(Postgres postgres, BulkTable table, Binder<? super T> binder, int sessions)
      throws IOException, InterruptedException {
    this.binder = binder;
    writer = new RowWriter(table);
    for (int i = 0; i < sessions; i++) {
      lanes.add(new BulkLane(postgres, table));
    }
    threads = Executors.newCachedThreadPool(work -> daemon(work, table.name()));
    lanes.get(0).connect();
  }

  private static Thread daemon(Runnable work, String name) {
    var thread = new Thread(work, "bulk " + name);
    thread.setDaemon(true);
    return thread;
  }

  /** Adds a row to the batch; the caller flushes a batch that {@link #isFull}. */
  public void add(T value) {
    writer.beginRow();
    binder.bind(writer, value);
    RowBuffer row = writer.endRow(rows);
    lanes.get(Math.floorMod(writer.keyHash(), lanes.size())).add(row);
    rows++;
    bytes += row.size();
  }

  public boolean isFull() {
    return rows >= MAX_ROWS || bytes >= MAX_BYTES;
  }

  /** Rows that were added and not flushed. */
  public int rows() {
    return rows;
  }

  /** Bytes of the rows that were added and not flushed. */
  public int bytes() {
    return bytes;
  }

  /** How often a batch or a connection was tried again. */
  public long retries() {
    return lanes.stream().mapToLong(BulkLane::retries).sum();
  }

  /** When this returns, every added row is committed. */
  public void flush() throws IOException, InterruptedException {
    List<BulkLane> others = lanes.subList(1, lanes.size());
    if (rows < BIG_ROWS && bytes < BIG_BYTES) {
      others.forEach(lanes.get(0)::takeOver);
      lanes.get(0).flush();
    } else {
      flushAtTheSameTime(others);
    }
    rows = 0;
    bytes = 0;
  }

  private void flushAtTheSameTime(List<BulkLane> others) throws IOException, InterruptedException {
    var running = new ArrayList<Future<?>>();
    for (BulkLane lane : others) {
      running.add(
          threads.submit(
              () -> {
                lane.flush();
                return null;
              }));
    }
    lanes.get(0).flush();
    for (Future<?> each : running) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().getMessage(), e.getCause());
      }
    }
  }

  /** Drops the connections, and what was not flushed. */
  @Override
  public void close() {
    threads.shutdownNow();
    lanes.forEach(BulkLane::close);
  }
}
