package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Models as they were trained, from the table of versions. */
final class ModelRows {
  /** Of the versions of one model. */
  static final String NEWEST_IN_FORCE =
      "published AND withdrawn_at_wall IS NULL ORDER BY window_end DESC LIMIT 1";

  private ModelRows() {}

  /**
   * Those for which a condition over {@code models.model_versions v} holds; may order and limit.
   *
   * @param values of its parameters
   */
  static List<ModelVersion> models(Connection connection, String which, Object... values)
      throws SQLException {
    String sql = "SELECT parameters FROM models.model_versions v WHERE " + which;
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        query.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = query.executeQuery()) {
        var models = new ArrayList<ModelVersion>();
        while (rows.next()) {
          models.add(read(rows.getString(1)));
        }
        return models;
      }
    }
  }

  private static ModelVersion read(String json) throws SQLException {
    try {
      return Wire.read(json.getBytes(StandardCharsets.UTF_8), ModelVersion.class);
    } catch (IOException e) {
      throw new SQLException("models.model_versions holds an unreadable model", e);
    }
  }
}
