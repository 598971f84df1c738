package io.promoflow.ingestion.store;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.IOException;
import java.io.Serializable;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows to a table in batches. A batch leaves when it is full or when {@link #flush} is
 * called; it is kept and sent again while the server is away for a moment, which does no harm
 * because keys decide.
 *
 * <p>Rows of one key must come through one writer. Batches are merged in the order of their keys,
 * so that writers that share a table by mistake do not deadlock.
 */
public final class BulkWriter<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BulkWriter.class);
  private static final int MAX_ROWS = 20_000;
  private static final int MAX_BYTES = 8 << 20;
  private static final int RETRIES = 5;
  private static final long FIRST_PAUSE_MILLIS = 100;

  /** Gives a row's values, in the order of the table's columns. */
  public interface Binder<T> extends Serializable {
    void bind(RowWriter row, T value);
  }

  private final Postgres postgres;
  private final BulkTable table;
  private final Binder<? super T> binder;
  private final RowWriter batch;
  private BulkConnection connection;
  private long retries;

  /** Connects, so that a wrong declaration or address is told before the first row. */
  public BulkWriter(Postgres postgres, BulkTable table, Binder<? super T> binder)
      throws IOException, InterruptedException {
    this.postgres = postgres;
    this.table = table;
    this.binder = binder;
    this.batch = new RowWriter(table);
    retrying(this::connect);
  }

  /** Adds a row to the batch; the caller flushes a batch that {@link #isFull}. */
  public void add(T value) {
    batch.beginRow();
    try {
      binder.bind(batch, value);
      batch.endRow();
    } catch (RuntimeException e) {
      batch.dropRow();
      throw e;
    }
  }

  public boolean isFull() {
    return batch.rows() >= MAX_ROWS || batch.size() >= MAX_BYTES;
  }

  /** Rows that were added and not flushed. */
  public int rows() {
    return batch.rows();
  }

  /** Bytes of the batch. */
  public int bytes() {
    return batch.size();
  }

  /** How often a batch or a connection was tried again. */
  public long retries() {
    return retries;
  }

  /** When this returns, every added row is committed. */
  public void flush() throws IOException, InterruptedException {
    if (batch.rows() == 0) {
      return;
    }
    batch.endBatch();
    retrying(this::send);
    batch.clear();
  }

  private void connect() throws SQLException {
    if (connection == null) {
      connection = BulkConnection.open(postgres, table);
    }
  }

  private void send() throws SQLException {
    connect();
    connection.write(batch.bytes(), batch.size());
  }

  /** A piece of work that may fail for a while. */
  private interface Work {
    void run() throws SQLException;
  }

  private void retrying(Work work) throws IOException, InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        work.run();
        return;
      } catch (SQLException e) {
        disconnect();
        boolean passes = passes(e);
        if (!passes || attempt == RETRIES) {
          throw new IOException(
              "cannot write %d rows to %s%s: %s"
                  .formatted(
                      batch.rows(),
                      table.name(),
                      passes ? " after " + RETRIES + " retries" : "",
                      e.getMessage()),
              e);
        }
        LOG.warn("Writing to {} is tried again: {}", table.name(), e.getMessage());
        retries++;
        Thread.sleep(FIRST_PAUSE_MILLIS << attempt);
      }
    }
  }

  /** Lost connections, conflicts between transactions, a server that restarts. */
  private static boolean passes(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && (state.startsWith("08") || state.startsWith("40") || state.startsWith("57P"));
  }

  private void disconnect() {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.debug("Closing a broken connection", e);
      }
      connection = null;
    }
  }

  /** Drops the connection, and what was not flushed. */
  @Override
  public void close() {
    disconnect();
  }
}
