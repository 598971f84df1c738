package io.promoflow.serving.rules;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which adjustments a rule version stands on: those that were carried out on the way to it, and not
 * undone. Who went back to a version went on from there, so what came in between is not on the way.
 */
final class AdjustmentsInForce {
  private static final String STEPS =
      "SELECT version, adjustment_id, reverts, undoes, back_to FROM serving.rule_versions"
          + " WHERE version <= ?"
          + " AND coalesce(adjustment_id, reverts, undoes::text, back_to::text) IS NOT NULL"
          + " ORDER BY version DESC";

  private AdjustmentsInForce() {}

  /** Ids of those that a version stands on. */
  static Set<String> at(Connection connection, long version) throws SQLException {
    var isInForce = new HashMap<String, Boolean>(); // by the newest step on the way
    long at = version;
    try (PreparedStatement statement = connection.prepareStatement(STEPS)) {
      statement.setLong(1, version);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getLong("version") <= at) {
            Long backTo = rows.getObject("back_to", Long.class);
            at = backTo == null ? at : backTo;
            putIfAny(isInForce, rows.getString("adjustment_id"), true);
            putIfAny(isInForce, rows.getString("reverts"), false);
            Array undoes = rows.getArray("undoes");
            if (undoes != null) {
              for (Object adjustmentId : (Object[]) undoes.getArray()) {
                isInForce.putIfAbsent((String) adjustmentId, false);
              }
            }
          }
        }
      }
    }
    return isInForce.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static void putIfAny(Map<String, Boolean> known, String adjustmentId, boolean value) {
    if (adjustmentId != null) {
      known.putIfAbsent(adjustmentId, value);
    }
  }
}
