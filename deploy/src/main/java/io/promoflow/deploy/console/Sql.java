package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Short questions to the store. */
public final class Sql {
  private Sql() {}

  /** Reads one row. */
  public interface Reader<T> {
    T of(ResultSet row) throws SQLException;
  }

  public static Connection connect(Postgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
  }

  /** All rows of a question. */
  public static <T> List<T> rows(
      Postgres postgres, String sql, Reader<T> reader, Object... arguments) throws SQLException {
    try (var connection = connect(postgres);
        var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      try (var result = statement.executeQuery()) {
        var found = new ArrayList<T>();
        while (result.next()) {
          found.add(reader.of(result));
        }
        return found;
      }
    }
  }

  /** The one number that a question asks for. */
  public static long number(Postgres postgres, String sql, Object... arguments)
      throws SQLException {
    return rows(postgres, sql, row -> row.getLong(1), arguments).get(0);
  }

  /** Whether a table or view is there. */
  public static boolean exists(Postgres postgres, String table) throws SQLException {
    return rows(postgres, "SELECT to_regclass(?) IS NOT NULL", row -> row.getBoolean(1), table)
        .get(0);
  }
}
