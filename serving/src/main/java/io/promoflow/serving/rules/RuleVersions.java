package io.promoflow.serving.rules;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** What people look up of earlier rules. There may be thousands of versions, each of them large. */
public final class RuleVersions {
  private final DataSource store;

  RuleVersions(DataSource store) {
    this.store = store;
  }

  /**
   * A version without its rules.
   *
   * @param adjustment that it carries out or undoes; null for others
   */
  public record Line(
      long version, Instant appliedAt, String author, String adjustment, String note) {}

  /** Every version, oldest first. */
  public List<Line> lines() {
    String sql =
        "SELECT version, applied_at_wall, author, coalesce(adjustment_id, reverts), note"
            + " FROM serving.rule_versions ORDER BY version";
    return read(
        connection -> {
          var lines = new ArrayList<Line>();
          try (var statement = connection.prepareStatement(sql);
              var rows = statement.executeQuery()) {
            while (rows.next()) {
              lines.add(
                  new Line(
                      rows.getLong(1),
                      rows.getObject(2, OffsetDateTime.class).toInstant(),
                      rows.getString(3),
                      rows.getString(4),
                      rows.getString(5)));
            }
          }
          return lines;
        });
  }

  /** One version whole. */
  public Optional<RuleVersion> find(long version) {
    return read(connection -> RuleStore.version(connection, version));
  }

  /** The rule file that a version stands on. */
  public Optional<String> file(long version) {
    return read(connection -> RuleStore.newestText(connection, version));
  }

  private interface Question<T> {
    T over(Connection connection) throws SQLException;
  }

  private <T> T read(Question<T> question) {
    try (Connection connection = store.getConnection()) {
      return question.over(connection);
    } catch (SQLException e) {
      throw new IllegalStateException("rule versions cannot be read: " + e.getMessage(), e);
    }
  }
}
