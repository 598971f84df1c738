package io.promoflow.ingestion.store;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of some keys, and the session that writes them. A session that breaks is replaced and
 * the batch sent again, which does no harm because keys decide.
 */
final class BulkLane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BulkLane.class);
  private static final int RETRIES = 5;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private final Postgres postgres;
  private final BulkTable table;
  private final RowBuffer batch = new RowBuffer();
  private final int headerBytes;
  private int rows;
  private volatile BulkConnection connection;
  private final AtomicLong retries = new AtomicLong();

  BulkLane(Postgres postgres, BulkTable table) {
    this.postgres = postgres;
    this.table = table;
    RowWriter.header(batch);
    headerBytes = batch.size();
  }

  void add(RowBuffer row) {
    batch.append(row, 0);
    rows++;
  }

  int rows() {
    return rows;
  }

  int bytes() {
    return batch.size() - headerBytes;
  }

  long retries() {
    return retries.get();
  }

  /** Takes over another lane's rows; their keys are others. */
  void takeOver(BulkLane other) {
    batch.append(other.batch, other.headerBytes);
    rows += other.rows;
    other.clear();
  }

  void connect() throws IOException, InterruptedException {
    retrying(this::connected);
  }

  /** When this returns, every row is committed. */
  void flush() throws IOException, InterruptedException {
    if (rows == 0) {
      return;
    }
    RowWriter.trailer(batch);
    retrying(() -> connected().write(batch));
    clear();
  }

  private void clear() {
    batch.truncate(headerBytes);
    rows = 0;
  }

  private BulkConnection connected() throws SQLException {
    BulkConnection open = connection;
    if (open == null) {
      open = BulkConnection.open(postgres, table);
      connection = open;
    }
    return open;
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
        close();
        if (!passes(e)) {
          throw failure("", e);
        }
        if (attempt == RETRIES) {
          throw failure(" after " + RETRIES + " retries", e);
        }
        LOG.warn("Writing to {} is tried again: {}", table.name(), e.getMessage());
        retries.incrementAndGet();
        Thread.sleep(FIRST_PAUSE_MILLIS << attempt);
      }
    }
  }

  private IOException failure(String after, SQLException e) {
    return new IOException(
        "cannot write %d rows to %s%s: %s".formatted(rows, table.name(), after, e.getMessage()), e);
  }

  /** Lost connections, conflicts between transactions, a server that restarts. */
  private static boolean passes(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && (state.startsWith("08") || state.startsWith("40") || state.startsWith("57P"));
  }

  /** Drops the connection. */
  @Override
  public void close() {
    BulkConnection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.debug("Closing a broken connection", e);
      }
    }
  }
}
