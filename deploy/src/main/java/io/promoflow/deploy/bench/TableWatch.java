package io.promoflow.deploy.bench;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;

/** Sees from outside, by SQL, how many rows a job has written. */
final class TableWatch implements AutoCloseable {
  private static final long POLL_MILLIS = 100;
  private final Connection connection;
  private final Timestamp until;

  TableWatch(Postgres postgres, long until) throws SQLException {
    this.connection =
        DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
    this.until = new Timestamp(until);
  }

  void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first row of a query about what was written until then. */
  List<String> first(String sql) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setTimestamp(1, until);
      try (var rows = statement.executeQuery()) {
        rows.next();
        var found = new ArrayList<String>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          found.add(rows.getString(i));
        }
        return found;
      }
    }
  }

  /** Waits for so many rows of a running job; gives how many there are. */
  long await(JobClient job, String count, long rows, long mostSeconds) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(mostSeconds);
    while (System.nanoTime() < deadline) {
      long there = Long.parseLong(first(count).get(0));
      if (there >= rows) {
        return there;
      }
      LocalJob.check(job);
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException(
        "%,d rows were not there within %d s".formatted(rows, mostSeconds));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
