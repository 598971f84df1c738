package io.promoflow.serving.ledger;

import io.promoflow.serving.ledger.Redemption.Action;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code serving.budget_settlements}: only ever added to. */
final class SettlementRows {
  private SettlementRows() {}

  /** A redemption and its final answer. */
  record Answered(Redemption asked, Settlement answer) {
    /** Whether a redemption with the same key asks for the same; when it happened is no matter. */
    boolean same(Redemption again) {
      return asked.decisionId().equals(again.decisionId())
          && asked.action() == again.action()
          && Objects.equals(asked.costCents(), again.costCents());
    }
  }

  static Map<String, Answered> find(Connection connection, Collection<String> keys)
      throws SQLException {
    String sql = "SELECT * FROM serving.budget_settlements WHERE key = ANY (?)";
    var found = new HashMap<String, Answered>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      Sql.texts(query, 1, keys);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.put(rows.getString("key"), read(rows));
        }
      }
    }
    return found;
  }

  private static Answered read(ResultSet row) throws SQLException {
    String key = row.getString("key");
    String decision = row.getString("decision_id");
    String refusal = row.getString("refusal");
    Instant at = Sql.moment(row, "at");
    return new Answered(
        new Redemption(
            key,
            decision,
            Action.valueOf(row.getString("action")),
            row.getObject("cost_cents", Long.class),
            at),
        new Settlement(
            key,
            decision,
            row.getString("promotion_id"),
            refusal == null,
            refusal == null ? null : Refusal.valueOf(refusal),
            row.getLong("spent_cents")));
  }

  /** Adds answers; a key that is there already is a unique violation, never a second answer. */
  static void add(Connection connection, List<Answered> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    String sql =
        "INSERT INTO serving.budget_settlements (key, decision_id, action, cost_cents,"
            + " promotion_id, refusal, spent_cents, at) SELECT * FROM unnest(?::text[], ?::text[],"
            + " ?::text[], ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::timestamptz[])";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      Sql.column(insert, 1, "text", rows, row -> row.asked().key());
      Sql.column(insert, 2, "text", rows, row -> row.asked().decisionId());
      Sql.column(insert, 3, "text", rows, row -> row.asked().action());
      Sql.column(insert, 4, "bigint", rows, row -> row.asked().costCents());
      Sql.column(insert, 5, "text", rows, row -> row.answer().promotionId());
      Sql.column(insert, 6, "text", rows, row -> row.answer().refusal());
      Sql.column(insert, 7, "bigint", rows, row -> row.answer().spentCents());
      Sql.column(insert, 8, "text", rows, row -> row.asked().at());
      insert.executeUpdate();
    }
  }
}
