package io.promoflow.serving.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code serving.budget_leases}, written under the locks of {@link AccountRows}. */
final class LeaseRows {
  private LeaseRows() {}

  /** What a server holds of each promotion; nothing is left out. */
  static Map<String, Amount> held(Connection connection, String server) throws SQLException {
    String sql = "SELECT promotion_id, cents, units FROM serving.budget_leases WHERE server_id = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, server);
      return read(query);
    }
  }

  private static Map<String, Amount> read(PreparedStatement query) throws SQLException {
    var found = new TreeMap<String, Amount>();
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        var amount = new Amount(rows.getLong(2), rows.getLong(3));
        found.merge(rows.getString(1), amount, Amount::plus);
      }
    }
    return found;
  }

  /** Writes what a server holds now, for so long from now by the clock of the database. */
  static void save(Connection connection, String server, Map<String, Amount> held, Duration lease)
      throws SQLException {
    String sql =
        "INSERT INTO serving.budget_leases SELECT ?, lease.*,"
            + " clock_timestamp() + ? * interval '1 millisecond'"
            + " FROM unnest(?::text[], ?::bigint[], ?::bigint[]) AS lease"
            + " ON CONFLICT (server_id, promotion_id) DO UPDATE SET cents = excluded.cents,"
            + " units = excluded.units, expires_at = excluded.expires_at";
    List<Map.Entry<String, Amount>> rows = new ArrayList<>(held.entrySet());
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, server);
      insert.setLong(2, lease.toMillis());
      Sql.column(insert, 3, "text", rows, Map.Entry::getKey);
      Sql.column(insert, 4, "bigint", rows, row -> row.getValue().cents());
      Sql.column(insert, 5, "bigint", rows, row -> row.getValue().units());
      insert.executeUpdate();
    }
  }

  /** Promotions of which some lease has run out. */
  static List<String> overdue(Connection connection) throws SQLException {
    String sql =
        "SELECT DISTINCT promotion_id FROM serving.budget_leases"
            + " WHERE expires_at < clock_timestamp()";
    var found = new ArrayList<String>();
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  /** Deletes the leases that have run out, and gives what each promotion gets back. */
  static Map<String, Amount> takeOverdue(Connection connection, Collection<String> promotions)
      throws SQLException {
    String sql =
        "DELETE FROM serving.budget_leases WHERE promotion_id = ANY (?)"
            + " AND expires_at < clock_timestamp() RETURNING promotion_id, cents, units";
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      Sql.texts(delete, 1, promotions);
      return read(delete);
    }
  }

  /** Deletes the leases of a server that closes. */
  static Map<String, Amount> takeAll(Connection connection, String server) throws SQLException {
    String sql =
        "DELETE FROM serving.budget_leases WHERE server_id = ?"
            + " RETURNING promotion_id, cents, units";
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setString(1, server);
      return read(delete);
    }
  }
}
