package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Redemption.Reversal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** {@code serving.budget_settlements}: only ever added to. */
final class SettlementRows {
  /** Told before it was kept by whom, or by a job of before; the column's default. */
  private static final String BEFORE = "BEFORE";

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
    Redemption asked = asked(row);
    String refusal = row.getString("refusal");
    return new Answered(
        asked,
        new Settlement(
            asked.key(),
            asked.decisionId(),
            row.getString("promotion_id"),
            refusal == null,
            refusal == null ? null : Refusal.valueOf(refusal),
            row.getLong("spent_cents")));
  }

  private static Redemption asked(ResultSet row) throws SQLException {
    return new Redemption(
        row.getString("key"),
        row.getString("decision_id"),
        Action.valueOf(row.getString("action")),
        row.getObject("cost_cents", Long.class),
        null,
        Sql.moment(row, "at"),
        reversal(row));
  }

  private static Reversal reversal(ResultSet row) throws SQLException {
    String type = row.getString("told_by");
    return type == null || type.equals(BEFORE)
        ? null
        : new Reversal(
            ShopEventType.valueOf(type), row.getString("order_id"), row.getString("product_id"));
  }

  /**
   * The refunds of some cents that were carried out, those of one line and way together; without
   * those of before: each of them came back, and what is told since comes back beside it.
   */
  static List<Redemption> refunds(Connection connection, Collection<String> decisions)
      throws SQLException {
    String sql =
        "SELECT '' AS key, decision_id, action, least(sum(cost_cents), 1e16)::bigint AS cost_cents, max(at) AS at,"
            + " told_by, order_id, product_id FROM serving.budget_settlements"
            + " WHERE decision_id = ANY (?) AND action = 'REFUND' AND refusal IS NULL"
            + " AND cost_cents IS NOT NULL AND told_by IS DISTINCT FROM '"
            + BEFORE
            + "'"
            + " GROUP BY decision_id, action, told_by, order_id, product_id";
    var found = new ArrayList<Redemption>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      Sql.texts(query, 1, decisions);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(asked(rows));
        }
      }
    }
    return found;
  }

  /** Adds answers; a key that is there already is a unique violation, never a second answer. */
  static void add(Connection connection, List<Answered> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    String sql =
        "INSERT INTO serving.budget_settlements (key, decision_id, action, cost_cents,"
            + " promotion_id, refusal, spent_cents, at, told_by, order_id, product_id)"
            + " SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[],"
            + " ?::text[], ?::bigint[], ?::timestamptz[], ?::text[], ?::text[], ?::text[])";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      Sql.column(insert, 1, "text", rows, row -> row.asked().key());
      Sql.column(insert, 2, "text", rows, row -> row.asked().decisionId());
      Sql.column(insert, 3, "text", rows, row -> row.asked().action());
      Sql.column(insert, 4, "bigint", rows, row -> row.asked().costCents());
      Sql.column(insert, 5, "text", rows, row -> row.answer().promotionId());
      Sql.column(insert, 6, "text", rows, row -> row.answer().refusal());
      Sql.column(insert, 7, "bigint", rows, row -> row.answer().spentCents());
      Sql.column(insert, 8, "text", rows, row -> row.asked().at());
      Sql.column(insert, 9, "text", rows, row -> of(row, Reversal::type));
      Sql.column(insert, 10, "text", rows, row -> of(row, Reversal::orderId));
      Sql.column(insert, 11, "text", rows, row -> of(row, Reversal::productId));
      insert.executeUpdate();
    }
  }

  private static Object of(Answered row, Function<Reversal, Object> part) {
    Reversal reversal = row.asked().reversal();
    return reversal == null ? null : part.apply(reversal);
  }
}
