package io.promoflow.serving.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** Runs statements as one transaction, again when another one got in its way. */
final class Transactions implements AutoCloseable {
  /** Unique violation, serialization failure, deadlock: the next try sees what the other did. */
  private static final Set<String> OTHERS = Set.of("23505", "40001", "40P01");

  /** Connection lost, shutdown, out of something, system error. */
  private static final Set<String> AWAY = Set.of("08", "57P", "53", "58", "40");

  /** Data exception, program limit: what is to be written says what no row can hold. */
  private static final Set<String> OF_WHAT_IT_SAYS = Set.of("22", "54");

  private static final int TRIES = 5;
  private static final int CONNECTIONS = 4;
  private static final long PATIENCE_MILLIS = 2_000;
  private static final int SILENCE_SECONDS = 10;

  private final HikariDataSource pool;

  private Transactions(HikariDataSource pool) {
    this.pool = pool;
  }

  /** A pool that gives a silent server up soon; the store must be there when it is opened. */
  static Transactions open(Postgres postgres) {
    var config = new HikariConfig();
    config.setPoolName("ledger");
    config.setJdbcUrl(postgres.url());
    config.setUsername(postgres.user());
    config.setPassword(postgres.password());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    config.setAutoCommit(false);
    config.setConnectionTimeout(PATIENCE_MILLIS);
    // an answer is final, so it must outlive the server, however lax the others are with it
    // and a server that vanishes from the network must not keep its row locks
    config.setConnectionInitSql(
        "SET synchronous_commit TO on; SET idle_in_transaction_session_timeout TO '10s'");
    config.addDataSourceProperty("socketTimeout", SILENCE_SECONDS);
    config.addDataSourceProperty("tcpKeepAlive", true);
    return new Transactions(new HikariDataSource(config));
  }

  /** Commits what the work did. */
  <T> T run(String what, Sql.Work<T> work) {
    return run(what, work, true);
  }

  /** Reads with several statements what was so at one moment, and changes nothing. */
  <T> T read(String what, Sql.Work<T> work) {
    return run(
        what,
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
          }
          return work.in(connection);
        });
  }

  /** Does the work and takes it back. */
  <T> T tryOut(String what, Sql.Work<T> work) {
    return run(what, work, false);
  }

  private <T> T run(String what, Sql.Work<T> work, boolean keep) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(work, keep);
      } catch (SQLException e) {
        if (!OTHERS.contains(String.valueOf(e.getSQLState())) || attempt == TRIES) {
          throw isAway(e)
              ? new LedgerUnavailableException(what + " failed", e)
              : new IllegalStateException(what + " is not possible", e);
        }
      }
    }
  }

  /** The server or the way to it; everything else would fail again. */
  private static boolean isAway(SQLException e) {
    String state = e.getSQLState();
    return state == null || AWAY.stream().anyMatch(state::startsWith);
  }

  /**
   * Whether a failure is due to what was to be written, and will come again wherever it is tried.
   */
  static boolean isOfWhatItSays(RuntimeException failure) {
    return failure.getCause() instanceof SQLException e
        && OF_WHAT_IT_SAYS.stream().anyMatch(String.valueOf(e.getSQLState())::startsWith);
  }

  /** A serialization failure: what was read before the locks is no longer so; to be tried again. */
  static SQLException changedMeanwhile() {
    return new SQLException("a promise changed before it was locked", "40001");
  }

  private <T> T once(Sql.Work<T> work, boolean keep) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      T result = work.in(connection); // the pool takes back what is not committed
      if (keep) {
        connection.commit();
      } else {
        connection.rollback();
      }
      return result;
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
