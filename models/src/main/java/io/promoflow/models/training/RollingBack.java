package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.UpliftScorer;
import io.promoflow.models.training.ModelHistory.RolledBack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts earlier versions in force again, within a transaction of the caller's. Responses go back all
 * together: arms of two trainings are no uplift.
 */
record RollingBack(Connection connection, Clock wall) {
  private static final String CONTROL = UpliftScorer.name(UpliftScorer.NO_PROMOTION);

  /**
   * Back to a version, with those that go together with it.
   *
   * @param to empty for the version before the one in force
   * @throws IllegalArgumentException when there is no such version to go back to
   */
  RolledBack to(String name, Optional<String> to, String why, Publisher publisher)
      throws Exception {
    inForce(name);
    ModelVersion target =
        to.isPresent() ? published(name, to.get()) : before(inForce(leader(name)));
    List<ModelVersion> again = together(target);
    List<String> withdrawn = withdrawNewer(target, why);
    int restored = 0;
    for (ModelVersion model : again) {
      restored += restore(model);
    }
    if (withdrawn.isEmpty() && restored == 0) {
      throw new IllegalArgumentException(target.version() + " is in force already");
    }
    for (ModelVersion model : again) {
      publisher.publish(model);
    }
    return new RolledBack(withdrawn, again.stream().map(ModelVersion::version).toList());
  }

  /** Whose versions say which window goes before which: an arm may be missing in some. */
  private static String leader(String name) {
    return UpliftScorer.isResponse(name) ? CONTROL : name;
  }

  private ModelVersion inForce(String name) throws SQLException {
    return first("name = ? AND " + ModelRows.NEWEST_IN_FORCE, name)
        .orElseThrow(() -> new IllegalArgumentException("no version of " + name + " is in force"));
  }

  private Optional<ModelVersion> first(String which, Object... values) throws SQLException {
    return ModelRows.models(connection, which, values).stream().findFirst();
  }

  private ModelVersion published(String name, String version) throws SQLException {
    return first("name = ? AND version = ? AND published", name, version)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no version " + version + " of " + name + " was ever published"));
  }

  private ModelVersion before(ModelVersion from) throws SQLException {
    return first(
            "name = ? AND window_end < ? AND " + ModelRows.NEWEST_IN_FORCE,
            from.name(),
            Sql.utc(from.windowEnd()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no version of " + from.name() + " is older than " + from.version()));
  }

  /** The control first. */
  private List<ModelVersion> together(ModelVersion target) throws SQLException {
    if (!UpliftScorer.isResponse(target.name())) {
      return List.of(target);
    }
    List<ModelVersion> arms =
        ModelRows.models(
            connection,
            "starts_with(name, ?) AND published AND window_end = ? ORDER BY name <> ?, name",
            UpliftScorer.name(""),
            Sql.utc(target.windowEnd()),
            CONTROL);
    if (!arms.get(0).name().equals(CONTROL)) {
      throw new IllegalArgumentException(
          ("%s cannot be put in force: no %s of its window was published, and responses are used"
                  + " only beside it; name a version of another window with --to")
              .formatted(target.version(), CONTROL));
    }
    return arms;
  }

  /** Of the model, or of all responses; newest first. */
  private List<String> withdrawNewer(ModelVersion target, String why) throws SQLException {
    boolean isResponse = UpliftScorer.isResponse(target.name());
    String sql =
        """
        WITH newer AS (
          UPDATE models.model_versions SET withdrawn_at_wall = ?, withdrawn_reason = ?
          WHERE %s AND published AND withdrawn_at_wall IS NULL AND window_end > ?
          RETURNING version, window_end)
        SELECT version FROM newer ORDER BY window_end DESC, version
        """
            .formatted(isResponse ? "starts_with(name, ?)" : "name = ?");
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setObject(1, Sql.utc(wall.instant()));
      update.setString(2, why);
      update.setString(3, isResponse ? UpliftScorer.name("") : target.name());
      update.setObject(4, Sql.utc(target.windowEnd()));
      try (ResultSet rows = update.executeQuery()) {
        var withdrawn = new ArrayList<String>();
        while (rows.next()) {
          withdrawn.add(rows.getString(1));
        }
        return withdrawn;
      }
    }
  }

  /** How many were withdrawn. */
  private int restore(ModelVersion model) throws SQLException {
    String sql =
        """
        UPDATE models.model_versions SET withdrawn_at_wall = NULL, withdrawn_reason = NULL
        WHERE name = ? AND version = ? AND withdrawn_at_wall IS NOT NULL
        """;
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setString(1, model.name());
      update.setString(2, model.version());
      return update.executeUpdate();
    }
  }
}
