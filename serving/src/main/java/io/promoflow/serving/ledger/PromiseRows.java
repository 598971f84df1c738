package io.promoflow.serving.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code serving.budget_promises}, written under the locks of {@link AccountRows}. */
final class PromiseRows {
  private PromiseRows() {}

  static Map<String, Promise> find(Connection connection, Collection<String> decisions)
      throws SQLException {
    String sql = "SELECT * FROM serving.budget_promises WHERE decision_id = ANY (?)";
    var found = new HashMap<String, Promise>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      Sql.texts(query, 1, decisions);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          Promise promise = read(rows);
          found.put(promise.decisionId(), promise);
        }
      }
    }
    return found;
  }

  private static Promise read(ResultSet row) throws SQLException {
    return new Promise(
        row.getString("decision_id"),
        row.getString("promotion_id"),
        row.getString("shopper_id"),
        Promise.Status.valueOf(row.getString("status")),
        row.getLong("cost_cents"),
        row.getLong("spent_cents"),
        Sql.moment(row, "at"),
        Sql.moment(row, "spent_at"),
        row.getBoolean("cost_told"));
  }

  /** What the decisions promised by their own record; of no promotion when they gave nothing. */
  static Map<String, Promise> logged(Connection connection, Collection<String> decisions)
      throws SQLException {
    var found = new HashMap<String, Promise>();
    if (decisions.isEmpty()) {
      return found;
    }
    String sql =
        "SELECT decision_id, promotion_id, shopper_id, expected_cost_cents, at"
            + " FROM serving.decisions WHERE decision_id = ANY (?)";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      Sql.texts(query, 1, decisions);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          var claim =
              new Claim(
                  rows.getString(1),
                  rows.getString(2),
                  rows.getString(3),
                  Math.max(0, rows.getLong(4)),
                  Sql.moment(rows, "at"));
          found.put(claim.decisionId(), Promise.of(claim, Promise.Status.EXPIRED));
        }
      }
    }
    return found;
  }

  /**
   * Writes promises, each under the locks of what it promised and promises. One that was written
   * meanwhile, under other locks, is found by a further try.
   */
  static void save(
      Connection connection, Collection<Promise> promises, Set<String> locked, Duration holds)
      throws SQLException {
    if (promises.isEmpty()) {
      return;
    }
    String sql =
        "INSERT INTO serving.budget_promises AS old SELECT id, promotion, shopper, status, cost, spent,"
            + " at, at + ? * interval '1 millisecond',"
            + " clock_timestamp() + ? * interval '1 millisecond', spent_at, told"
            + " FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[],"
            + " ?::timestamptz[], ?::timestamptz[], ?::boolean[])"
            + " AS p (id, promotion, shopper, status, cost, spent, at, spent_at, told)"
            + " ON CONFLICT (decision_id) DO UPDATE SET promotion_id = excluded.promotion_id,"
            + " shopper_id = excluded.shopper_id, status = excluded.status,"
            + " cost_cents = excluded.cost_cents, spent_cents = excluded.spent_cents,"
            + " at = excluded.at, due_at = excluded.due_at, spent_at = excluded.spent_at,"
            + " cost_told = excluded.cost_told,"
            + " due_at_wall = CASE WHEN excluded.status = 'RESERVED' AND (old.status <> 'RESERVED'"
            + " OR old.promotion_id <> excluded.promotion_id) THEN excluded.due_at_wall"
            + " ELSE old.due_at_wall END WHERE old.promotion_id = ANY (?)";
    List<Promise> rows = List.copyOf(promises);
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setLong(1, holds.toMillis());
      insert.setLong(2, holds.toMillis());
      Sql.column(insert, 3, "text", rows, Promise::decisionId);
      Sql.column(insert, 4, "text", rows, Promise::promotionId);
      Sql.column(insert, 5, "text", rows, Promise::shopperId);
      Sql.column(insert, 6, "text", rows, Promise::status);
      Sql.column(insert, 7, "bigint", rows, Promise::costCents);
      Sql.column(insert, 8, "bigint", rows, Promise::spentCents);
      Sql.column(insert, 9, "text", rows, Promise::at);
      Sql.column(insert, 10, "text", rows, Promise::spentAt);
      Sql.column(insert, 11, "boolean", rows, Promise::costTold);
      Sql.texts(insert, 12, locked);
      if (insert.executeUpdate() < rows.size()) {
        throw Transactions.changedMeanwhile();
      }
    }
  }

  /** Promises that have run out, by event time or by the clock of the database; some of them. */
  static List<Promise> overdue(Connection connection, Instant eventTime, int most)
      throws SQLException {
    String sql =
        "SELECT * FROM serving.budget_promises WHERE status = 'RESERVED'"
            + " AND (due_at <= ? OR due_at_wall <= clock_timestamp()) LIMIT ?";
    var found = new ArrayList<Promise>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, Sql.moment(eventTime));
      query.setInt(2, most);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(read(rows));
        }
      }
    }
    return found;
  }

  /** Redemptions of the shoppers: promotion and shopper, decision id, when. */
  static List<Promise> redeemed(
      Connection connection, Collection<String> promotions, Set<String> shoppers)
      throws SQLException {
    String sql =
        "SELECT * FROM serving.budget_promises WHERE status = 'COMMITTED'"
            + " AND promotion_id = ANY (?) AND shopper_id = ANY (?)";
    var found = new ArrayList<Promise>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      Sql.texts(query, 1, promotions);
      Sql.texts(query, 2, shoppers);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(read(rows));
        }
      }
    }
    return found;
  }
}
