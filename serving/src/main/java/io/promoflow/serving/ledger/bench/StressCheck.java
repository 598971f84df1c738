package io.promoflow.serving.ledger.bench;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the rows that are there in the end, and nothing of the ledger's own classes or sums: what
 * was spent is added up from the promises.
 */
final class StressCheck implements AutoCloseable {
  private static final String SPENT =
      " (SELECT promotion_id, sum(spent_cents) AS cents, count(*) AS units"
          + " FROM serving.budget_promises WHERE status = 'COMMITTED' GROUP BY promotion_id) spent";

  private final Connection connection;

  StressCheck(Postgres place) throws SQLException {
    connection = DriverManager.getConnection(place.url(), place.user(), place.password());
  }

  long overspentCents() throws SQLException {
    return number(
        "SELECT coalesce(sum(greatest(0, cents - budget_cents)), 0) FROM serving.budget_ledger JOIN"
            + SPENT
            + " USING (promotion_id)");
  }

  /** Redemptions beyond a stock, and shoppers beyond their cap. */
  long capBreaches() throws SQLException {
    return number(
            "SELECT coalesce(sum(greatest(0, units - stock_units)), 0) FROM serving.budget_ledger"
                + " JOIN"
                + SPENT
                + " USING (promotion_id)")
        + number(
            "SELECT count(*) FROM (SELECT FROM serving.budget_promises"
                + " JOIN serving.budget_ledger USING (promotion_id) WHERE status = 'COMMITTED'"
                + " GROUP BY promotion_id, shopper_id, per_shopper_cap"
                + " HAVING count(*) > per_shopper_cap) breach");
  }

  /** Promotions whose row says something else than the promises and leases add up to. */
  long wrongSums() throws SQLException {
    return number(
        "SELECT count(*) FROM serving.budget_ledger b WHERE (committed_cents, committed_units,"
            + " reserved_cents, reserved_units) <> (SELECT"
            + " coalesce(sum(spent_cents) FILTER (WHERE status = 'COMMITTED'), 0),"
            + " count(*) FILTER (WHERE status = 'COMMITTED'),"
            + " coalesce(sum(cost_cents) FILTER (WHERE status = 'RESERVED'), 0),"
            + " count(*) FILTER (WHERE status = 'RESERVED')"
            + " FROM serving.budget_promises p WHERE p.promotion_id = b.promotion_id)"
            + " OR (leased_cents, leased_units) <> (SELECT coalesce(sum(cents), 0),"
            + " coalesce(sum(units), 0) FROM serving.budget_leases l"
            + " WHERE l.promotion_id = b.promotion_id)");
  }

  /** What of bounded budgets and stocks is neither spent, nor leased, nor promised. */
  long lostUnspent() throws SQLException {
    return number(
        "SELECT coalesce(sum(coalesce(greatest(0, budget_cents - coalesce(cents, 0) - leased_cents"
            + " - reserved_cents), 0) + coalesce(greatest(0, stock_units - coalesce(units, 0)"
            + " - leased_units - reserved_units), 0)), 0) FROM serving.budget_ledger LEFT JOIN"
            + SPENT
            + " USING (promotion_id)");
  }

  long unspent() throws SQLException {
    return number(
        "SELECT coalesce(sum(coalesce(budget_cents - coalesce(cents, 0), 0)"
            + " + coalesce(stock_units - coalesce(units, 0), 0)), 0)"
            + " FROM serving.budget_ledger LEFT JOIN"
            + SPENT
            + " USING (promotion_id)");
  }

  long settlements() throws SQLException {
    return number("SELECT count(*) FROM serving.budget_settlements");
  }

  Map<String, Long> spentCents() throws SQLException {
    var spent = new TreeMap<String, Long>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT promotion_id, cents FROM" + SPENT)) {
      while (rows.next()) {
        spent.put(rows.getString(1), rows.getLong(2));
      }
    }
    return spent;
  }

  private long number(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
