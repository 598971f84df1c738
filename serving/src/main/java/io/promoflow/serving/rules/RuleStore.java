package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The statements of the rule book, inside a transaction that somebody else holds. */
final class RuleStore {
  /** Any number that nobody else takes: "promofl" in ASCII. */
  private static final long LOCK = 0x70726f6d6f666cL;

  private static final String VERSION_COLUMNS = "rules, reverts, source_text, back_to";

  private RuleStore() {}

  /** One writer at a time, until the transaction ends. */
  static void lock(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      statement.setLong(1, LOCK);
      statement.execute();
    }
  }

  static Optional<RuleVersion> current(Connection connection) throws SQLException {
    return versions(connection, "ORDER BY version DESC LIMIT 1").stream().findFirst();
  }

  /** The newest rule file that was applied. */
  static Optional<String> newestText(Connection connection) throws SQLException {
    return newestText(connection, Long.MAX_VALUE);
  }

  /** The rule file that a version stands on, whatever adjustments have made of it. */
  static Optional<String> newestText(Connection connection, long version) throws SQLException {
    String which =
        "WHERE source_text IS NOT NULL AND version <= %d ORDER BY version DESC LIMIT 1"
            .formatted(version);
    return versions(connection, which).stream().findFirst().map(RuleVersion::sourceText);
  }

  static List<RuleVersion> unpublished(Connection connection) throws SQLException {
    return versions(connection, "WHERE NOT published ORDER BY version");
  }

  static Optional<RuleVersion> version(Connection connection, long version) throws SQLException {
    return versions(connection, "WHERE version = " + version).stream().findFirst();
  }

  /** The version right before the one that carried an adjustment out. */
  static Optional<RuleVersion> before(Connection connection, String adjustmentId)
      throws SQLException {
    String sql = "SELECT version FROM serving.rule_versions WHERE adjustment_id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, adjustmentId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? version(connection, rows.getLong(1) - 1) : Optional.empty();
      }
    }
  }

  /** When products were last found by their features, or could have been; empty without rules. */
  static Optional<Instant> productsSince(Connection connection) throws SQLException {
    String sql =
        "SELECT max(applied_at_wall) FROM serving.rule_versions"
            + " WHERE adjustment_id IS NULL AND reverts IS NULL";
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return Optional.ofNullable(rows.getObject(1, OffsetDateTime.class))
          .map(OffsetDateTime::toInstant);
    }
  }

  private static List<RuleVersion> versions(Connection connection, String which)
      throws SQLException {
    var found = new ArrayList<RuleVersion>();
    String sql = "SELECT " + VERSION_COLUMNS + " FROM serving.rule_versions " + which;
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(
            new RuleVersion(
                json(rows.getString(1), RuleSet.class),
                rows.getString(2),
                rows.getString(3),
                rows.getObject(4, Long.class)));
      }
    }
    return found;
  }

  static void insert(Connection connection, RuleVersion version) throws SQLException {
    String sql =
        "INSERT INTO serving.rule_versions (version, author, note, applied_at_wall, adjustment_id,"
            + " reverts, rules, source_text, back_to) VALUES (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)";
    RuleSet rules = version.rules();
    try (PreparedStatement row = connection.prepareStatement(sql)) {
      row.setLong(1, rules.version());
      row.setString(2, rules.author());
      row.setString(3, rules.note());
      row.setObject(4, rules.appliedAt().atOffset(ZoneOffset.UTC));
      row.setString(5, version.reverts() == null ? rules.adjustmentId() : null);
      row.setString(6, version.reverts());
      row.setString(7, Wire.text(rules));
      row.setString(8, version.sourceText());
      row.setObject(9, version.backTo(), Types.BIGINT);
      row.executeUpdate();
    }
  }

  /** Says of the version of a file which moves it undoes. */
  static void undo(Connection connection, long version, List<StrategyAdjustment> moves)
      throws SQLException {
    if (moves.isEmpty()) {
      return;
    }
    String sql = "UPDATE serving.rule_versions SET undoes = ? WHERE version = ?";
    try (PreparedStatement row = connection.prepareStatement(sql)) {
      row.setArray(
          1,
          connection.createArrayOf("text", moves.stream().map(StrategyAdjustment::id).toArray()));
      row.setLong(2, version);
      row.executeUpdate();
    }
  }

  static Optional<StrategyAdjustment> adjustment(Connection connection, String id)
      throws SQLException {
    String sql = "SELECT adjustment FROM serving.rule_adjustments WHERE adjustment_id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, id);
      return adjustments(statement).stream().findFirst();
    }
  }

  static List<StrategyAdjustment> adjustments(Connection connection) throws SQLException {
    String sql =
        "SELECT adjustment FROM serving.rule_adjustments"
            + " ORDER BY decided_at_wall DESC, adjustment_id";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return adjustments(statement);
    }
  }

  /** Moves of budgets that were ever carried out, the newest first. */
  static List<StrategyAdjustment> moves(Connection connection) throws SQLException {
    String sql =
        "SELECT a.adjustment FROM serving.rule_adjustments a"
            + " JOIN serving.rule_versions v USING (adjustment_id)"
            + " WHERE a.adjustment ->> 'change' = 'MOVE_BUDGET' ORDER BY v.version DESC";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return adjustments(statement);
    }
  }

  /** Those that nobody has answered. */
  static List<StrategyAdjustment> waiting(Connection connection) throws SQLException {
    String sql =
        "SELECT adjustment FROM serving.rule_adjustments WHERE status = 'PROPOSED'"
            + " ORDER BY adjustment_id";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return adjustments(statement);
    }
  }

  static List<StrategyAdjustment> unpublishedAdjustments(Connection connection)
      throws SQLException {
    String sql =
        "SELECT adjustment FROM serving.rule_adjustments WHERE NOT published"
            + " ORDER BY decided_at_wall, adjustment_id";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return adjustments(statement);
    }
  }

  private static List<StrategyAdjustment> adjustments(PreparedStatement statement)
      throws SQLException {
    var found = new ArrayList<StrategyAdjustment>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(json(rows.getString(1), StrategyAdjustment.class));
      }
    }
    return found;
  }

  static void save(Connection connection, StrategyAdjustment adjustment, Instant decidedAt)
      throws SQLException {
    String sql =
        "INSERT INTO serving.rule_adjustments (adjustment_id, experiment_id, status, rule_version,"
            + " reason, decided_at_wall, adjustment) VALUES (?, ?, ?, ?, ?, ?, ?::jsonb)"
            + " ON CONFLICT (adjustment_id) DO UPDATE SET status = excluded.status,"
            + " rule_version = excluded.rule_version, reason = excluded.reason,"
            + " decided_at_wall = excluded.decided_at_wall, adjustment = excluded.adjustment,"
            + " published = false";
    try (PreparedStatement row = connection.prepareStatement(sql)) {
      row.setString(1, adjustment.id());
      row.setString(2, adjustment.experimentId());
      row.setString(3, adjustment.status().name());
      row.setObject(4, adjustment.ruleVersion(), Types.BIGINT);
      row.setString(5, adjustment.reason());
      row.setObject(6, decidedAt.atOffset(ZoneOffset.UTC));
      row.setString(7, Wire.text(adjustment));
      row.executeUpdate();
    }
  }

  static void published(Connection connection) throws SQLException {
    for (String table : List.of("rule_versions", "rule_adjustments")) {
      String sql = "UPDATE serving." + table + " SET published = true WHERE NOT published";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.executeUpdate();
      }
    }
  }

  private static <T> T json(String text, Class<T> type) throws SQLException {
    try {
      return Wire.read(text.getBytes(StandardCharsets.UTF_8), type);
    } catch (IOException e) {
      throw new SQLException("the rule book holds an unreadable " + type.getSimpleName(), e);
    }
  }
}
