package io.promoflow.deploy.bench.evaluation;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** What a side has written of the compared experiment: shoppers, orders and spend by variant. */
final class SpendTable implements AutoCloseable {
  private static final String OURS_EMPTY =
      "TRUNCATE evaluation.experiment_results, evaluation.segment_results,"
          + " evaluation.population_results, evaluation.result_history";
  private static final String OURS =
      """
      SELECT s.control_units, round(o.control_mean * s.control_units)::bigint,
             round(s.control_mean * s.control_units)::bigint,
             s.units, round(o.mean * s.units)::bigint, round(s.mean * s.units)::bigint
      FROM evaluation.experiment_results s
      JOIN evaluation.experiment_results o USING (experiment, variant)
      WHERE experiment = '%s' AND s.metric = 'spend' AND o.metric = 'orders'
      """
          .formatted(VisitMill.COMPARED);
  private static final String RIVAL =
      """
      SELECT c.units, c.orders, c.cents, t.units, t.orders, t.cents
      FROM keyed_sum c JOIN keyed_sum t USING (experiment)
      WHERE experiment = '%s' AND c.variant < t.variant
      """
          .formatted(VisitMill.COMPARED);
  private static final int NUMBERS = 6;

  private final Connection connection;
  private final boolean ours;

  SpendTable(Postgres postgres, boolean ours) throws SQLException {
    this.connection =
        DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
    this.ours = ours;
  }

  /** Before the job runs, after its tables are there. */
  void empty() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!ours) {
        statement.execute(KeyedSumSide.TABLE);
      }
      statement.execute(ours ? OURS_EMPTY : KeyedSumSide.EMPTY);
    }
  }

  /**
   * Whether every shopper and every order of the experiment is in; refunds come before the last.
   */
  boolean isComplete() throws SQLException {
    long[] now = read();
    return now[0] + now[3] == VisitMill.COMPARED_SHOPPERS
        && now[1] + now[4] == (long) VisitMill.COMPARED_SHOPPERS * VisitMill.ORDERS;
  }

  /** Shoppers and spend of control and treatment. */
  String answer() throws SQLException {
    long[] now = read();
    return "%d %d, %d %d".formatted(now[0], now[2], now[3], now[5]);
  }

  private long[] read() throws SQLException {
    var numbers = new long[NUMBERS];
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(ours ? OURS : RIVAL)) {
      if (row.next()) {
        for (int i = 0; i < NUMBERS; i++) {
          numbers[i] = row.getLong(i + 1);
        }
      }
    }
    return numbers;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
