package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.bench.SideResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;

/** Reads the same result again and again, prepared once, and counts how often it can. */
final class Reading {
  /** Profit per shopper of both variants, as the job keeps it. */
  static final String OURS =
      """
      SELECT control_units, control_mean, control_variance, units, mean, variance
      FROM evaluation.experiment_results
      WHERE experiment = '%s' AND variant = '%s' AND metric = 'profit'
      """
          .formatted(ShopperOutcomes.EXPERIMENT, ShopperOutcomes.TREATMENT);

  /** The same out of exposures and outcomes. */
  static final String COMPUTED =
      """
      WITH profit AS (
        SELECT e.shopper_id, e.variant,
               COALESCE(sum(3 * o.gross_cents / 10 - o.discount_cents), 0) AS cents
        FROM exposures e LEFT JOIN outcomes o
          ON o.shopper_id = e.shopper_id AND o.at >= e.at AND o.at < e.at + interval '3 days'
        GROUP BY e.shopper_id, e.variant)
      SELECT count(*) FILTER (WHERE variant = 'control'),
             avg(cents) FILTER (WHERE variant = 'control'),
             var_samp(cents) FILTER (WHERE variant = 'control'),
             count(*) FILTER (WHERE variant <> 'control'),
             avg(cents) FILTER (WHERE variant <> 'control'),
             var_samp(cents) FILTER (WHERE variant <> 'control')
      FROM profit
      """;

  private static final double NANOS = 1e9;
  private static final int LEAST = 3;

  private Reading() {}

  static SideResult repeat(String url, String sql, int seconds) throws SQLException {
    try (Connection connection = OutcomeStore.connect(url);
        PreparedStatement query = connection.prepareStatement(sql)) {
      String answer = read(query);
      run(query, seconds / 3.0);
      long began = System.nanoTime();
      long reads = run(query, seconds);
      double took = (System.nanoTime() - began) / NANOS;
      return new SideResult(
          reads / took,
          0,
          answer,
          Map.of("reads", (double) reads, "millisPerRead", 1_000 * took / reads));
    }
  }

  private static long run(PreparedStatement query, double seconds) throws SQLException {
    long until = System.nanoTime() + (long) (seconds * NANOS);
    long reads = 0;
    do {
      String unused = read(query);
      reads += unused.isEmpty() ? 0 : 1;
    } while (System.nanoTime() < until || reads < LEAST);
    return reads;
  }

  /** Counts, means and variances, to nine digits. */
  private static String read(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("there is no result");
      }
      var answer = new StringBuilder();
      for (int i = 1; i <= 6; i++) {
        answer.append(String.format(Locale.ROOT, "%.9e ", row.getDouble(i)));
      }
      return answer.toString();
    }
  }
}
