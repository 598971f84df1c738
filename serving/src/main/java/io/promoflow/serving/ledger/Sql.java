package io.promoflow.serving.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Rows as arrays: one round trip however many they are. */
final class Sql {
  private Sql() {}

  static void texts(PreparedStatement into, int index, Collection<String> values)
      throws SQLException {
    into.setArray(index, into.getConnection().createArrayOf("text", values.toArray()));
  }

  /** One column of many rows; moments and enums travel as text and are cast by the statement. */
  static <T> void column(
      PreparedStatement into, int index, String type, List<T> rows, Function<T, Object> value)
      throws SQLException {
    Object[] values = rows.stream().map(value).map(Sql::plain).toArray();
    into.setArray(index, into.getConnection().createArrayOf(type, values));
  }

  private static Object plain(Object value) {
    return value instanceof Instant || value instanceof Enum<?> ? value.toString() : value;
  }

  static OffsetDateTime moment(Instant at) {
    return at == null ? null : at.atOffset(ZoneOffset.UTC);
  }

  static Instant moment(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  /** A transaction's statements. */
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }
}
