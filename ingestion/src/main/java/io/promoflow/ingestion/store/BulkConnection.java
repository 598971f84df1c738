package io.promoflow.ingestion.store;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * A session that takes batches for one table: {@code COPY} into a temporary table, then one
 * statement that merges it into the table, both in one transaction.
 */
final class BulkConnection implements AutoCloseable {
  /** A batch takes milliseconds; a server that is silent for so long is gone. */
  private static final int SILENCE_SECONDS = 60;

  /** Room for a whole batch, so that neither the temporary table nor the sort go to disk. */
  private static final String ROOM = "SET temp_buffers = '32MB'; SET work_mem = '64MB'";

  private final Connection connection;
  private final CopyManager copies;
  private final PreparedStatement merge;
  private final BulkTable table;

  private BulkConnection(Connection connection, BulkTable table) throws SQLException {
    this.connection = connection;
    this.table = table;
    copies = connection.unwrap(PGConnection.class).getCopyAPI();
    try (var statement = connection.createStatement()) {
      statement.execute(ROOM);
      statement.execute(table.createBatch());
    }
    connection.setAutoCommit(false);
    merge = connection.prepareStatement(table.mergeBatch());
    merge.unwrap(org.postgresql.PGStatement.class).setPrepareThreshold(1);
    merge.executeUpdate(); // of no rows: a wrong declaration is refused here, not at the first row
    connection.commit();
  }

  static BulkConnection open(Postgres postgres, BulkTable table) throws SQLException {
    var properties = new Properties();
    PGProperty.USER.set(properties, postgres.user());
    PGProperty.PASSWORD.set(properties, postgres.password());
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.SOCKET_TIMEOUT.set(properties, SILENCE_SECONDS);
    PGProperty.APPLICATION_NAME.set(properties, "promoflow " + table.name());
    Connection connection = new Driver().connect(postgres.url(), properties);
    if (connection == null) {
      throw new PSQLException(
          "not a PostgreSQL URL: " + postgres.url(), PSQLState.INVALID_PARAMETER_VALUE);
    }
    try {
      return new BulkConnection(connection, table);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Writes a batch, all of it or nothing. */
  void write(RowBuffer batch) throws SQLException {
    CopyIn copy = copies.copyIn(table.copyBatch());
    copy.writeToCopy(batch.bytes(), 0, batch.size());
    copy.endCopy();
    merge.executeUpdate();
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
