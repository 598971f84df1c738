package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;

/** Brings versions out of shadow in the table, within a transaction of the caller's. */
record Releasing(Connection connection, Clock wall) {

  /** Else two that change what is in force might reach the broker in the other order. */
  void oneAtATime() throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtext('models.release'))")) {
      lock.execute();
    }
  }

  /**
   * From shadow to published.
   *
   * @throws IllegalArgumentException when it is not in shadow, or older than what is in force
   */
  void bringOut(ModelVersion model, String why) throws SQLException {
    refuseOlder(model);
    String sql =
        """
        UPDATE models.model_versions
        SET published = true, shadow = false, released_at_wall = ?, released_reason = ?
        WHERE name = ? AND version = ? AND shadow
        """;
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setObject(1, Sql.utc(wall.instant()));
      update.setString(2, why);
      update.setString(3, model.name());
      update.setString(4, model.version());
      if (update.executeUpdate() == 0) {
        throw new IllegalArgumentException(model.version() + " is not in shadow");
      }
    }
  }

  private void refuseOlder(ModelVersion model) throws SQLException {
    String sql =
        """
        SELECT version FROM models.model_versions
        WHERE name = ? AND published AND withdrawn_at_wall IS NULL AND window_end > ?
        ORDER BY window_end DESC LIMIT 1
        """;
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, model.name());
      query.setObject(2, Sql.utc(model.windowEnd()));
      try (ResultSet rows = query.executeQuery()) {
        if (rows.next()) {
          throw new IllegalArgumentException(
              model.version() + " is older than " + rows.getString(1) + ", which is in force");
        }
      }
    }
  }
}
