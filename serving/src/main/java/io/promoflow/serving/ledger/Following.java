package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Keeps the accounts to the budgets of the newest rules. */
final class Following {
  /** Any number that nobody else takes: "ledger" in ASCII. */
  private static final long LOCK = 0x6c6564676572L;

  private Following() {}

  /** The newest rules in the rule book, if they are newer than a version. */
  static Optional<RuleSet> newest(Connection connection, long after) throws SQLException {
    String sql =
        "SELECT rules FROM serving.rule_versions WHERE version > ? ORDER BY version DESC LIMIT 1";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setLong(1, after);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? Optional.of(read(rows.getString(1))) : Optional.empty();
      }
    }
  }

  private static RuleSet read(String json) throws SQLException {
    try {
      return Wire.read(json.getBytes(StandardCharsets.UTF_8), RuleSet.class);
    } catch (IOException e) {
      throw new SQLException("serving.rule_versions holds unreadable rules", e);
    }
  }

  /** Follows rules unless the accounts follow newer ones; the promotions there are afterwards. */
  static Set<String> follow(Connection connection, RuleSet rules) throws SQLException {
    lock(connection);
    NavigableMap<String, AccountRow> rows = AccountRows.lockAll(connection);
    long followed = rows.values().stream().mapToLong(AccountRow::ruleVersion).max().orElse(-1);
    if (rules.version() > followed) {
      rows.replaceAll((id, row) -> row.removed(rules.version()));
      for (Promotion promotion : rules.promotions()) {
        AccountRow before = rows.get(promotion.id());
        rows.put(promotion.id(), AccountRow.following(promotion, rules.version(), before));
      }
      AccountRows.save(connection, rows.values());
    }
    return new TreeSet<>(rows.keySet());
  }

  /** One follower at a time: rows that are not there yet cannot be locked. */
  static void lock(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      statement.setLong(1, LOCK);
      statement.execute();
    }
  }
}
