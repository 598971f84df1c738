package io.promoflow.models.training;

import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.models.UpliftScorer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All versions of all models, the way out of shadow, and the way back to an earlier one. */
public final class ModelHistory implements AutoCloseable {
  private static final String IN_FORCE =
      "published AND withdrawn_at_wall IS NULL ORDER BY window_end DESC LIMIT 1";

  private final HikariDataSource source;
  private final Clock wall;

  private ModelHistory(HikariDataSource source, Clock wall) {
    this.source = source;
    this.wall = wall;
  }

  public static ModelHistory open(ConnectionOptions connections, Clock wall) {
    return new ModelHistory(Store.open(connections.postgres(), 1), wall);
  }

  /**
   * A version.
   *
   * @param state in force, published, shadow, withdrawn or refused
   * @param metrics as JSON
   */
  public record Entry(
      String name,
      String version,
      Instant windowEnd,
      String trainer,
      String state,
      String reason,
      String metrics) {}

  /** Oldest first. */
  public List<Entry> entries() throws SQLException {
    String sql =
        """
        SELECT name, version, window_end, trainer,
          CASE WHEN shadow THEN 'shadow'
               WHEN NOT published THEN 'refused'
               WHEN withdrawn_at_wall IS NOT NULL THEN 'withdrawn'
               WHEN window_end = max(window_end) FILTER (WHERE published
                 AND withdrawn_at_wall IS NULL) OVER (PARTITION BY name) THEN 'in force'
               ELSE 'published' END,
          coalesce(withdrawn_reason, released_reason, reason), metrics
        FROM models.model_versions ORDER BY window_end, name
        """;
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(sql);
        ResultSet rows = query.executeQuery()) {
      var entries = new ArrayList<Entry>();
      while (rows.next()) {
        entries.add(
            new Entry(
                rows.getString(1),
                rows.getString(2),
                Sql.instant(rows, 3),
                rows.getString(4),
                rows.getString(5),
                rows.getString(6),
                rows.getString(7)));
      }
      return entries;
    }
  }

  /** What a version goes by, most important first. */
  public List<Importance> importances(String version) throws SQLException {
    String sql =
        """
        SELECT feature, importance, share FROM models.feature_importance
        WHERE version = ? ORDER BY importance DESC, feature
        """;
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, version);
      try (ResultSet rows = query.executeQuery()) {
        var importances = new ArrayList<Importance>();
        while (rows.next()) {
          importances.add(new Importance(rows.getString(1), rows.getDouble(2), rows.getDouble(3)));
        }
        return importances;
      }
    }
  }

  /** Mean absolute contribution of a feature, and its share of the sum. */
  public record Importance(String feature, double importance, double share) {}

  /** The version in force; empty when there is none. */
  public Optional<String> inForce(String name) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return version(connection, "name = ? AND " + IN_FORCE, name);
    }
  }

  /** A version of a model as it was trained, in force or not; empty when there is none. */
  public Optional<ModelVersion> model(String name, String version) throws SQLException {
    return models("name = ? AND version = ? AND parameters IS NOT NULL", name, version).stream()
        .findFirst();
  }

  /** The newest version in force of every model. */
  public List<ModelVersion> inForce() throws SQLException {
    return models(
        """
        published AND withdrawn_at_wall IS NULL AND (name, window_end) IN (
          SELECT name, max(window_end) FROM models.model_versions
          WHERE published AND withdrawn_at_wall IS NULL GROUP BY name)
        ORDER BY name
        """);
  }

  /** Versions in shadow that are newer than what is in force, newest first. */
  public List<String> inShadow() throws SQLException {
    return models(
            """
            shadow AND window_end > coalesce((
              SELECT max(f.window_end) FROM models.model_versions f
              WHERE f.name = v.name AND f.published AND f.withdrawn_at_wall IS NULL), '-infinity')
            ORDER BY window_end DESC, name
            """)
        .stream()
        .map(ModelVersion::version)
        .toList();
  }

  /**
   * The models that go to serving together: the one of this version alone, or all responses of its
   * window, since one of them without the others is no uplift.
   *
   * @throws IllegalArgumentException when there is no such version, or no usable model came out
   */
  public List<ModelVersion> together(String version) throws SQLException {
    ModelVersion model =
        models("version = ? AND parameters IS NOT NULL", version).stream()
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("there is no model of version " + version));
    return !UpliftScorer.isResponse(model.name())
        ? List.of(model)
        : models(
                """
            parameters IS NOT NULL AND (window_end, published, shadow) = (
              SELECT window_end, published, shadow FROM models.model_versions WHERE version = ?)
            ORDER BY name <> ?, name
            """,
                version,
                UpliftScorer.name(UpliftScorer.NO_PROMOTION))
            .stream()
            .filter(one -> UpliftScorer.isResponse(one.name()))
            .toList();
  }

  /**
   * Brings a version out of shadow into force, with those that go together with it.
   *
   * @return all that are in force now
   * @throws IllegalArgumentException when it is not in shadow, or older than what is in force
   */
  public List<ModelVersion> promote(String version, String why, Publisher publisher)
      throws Exception {
    List<ModelVersion> models = together(version);
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var releasing = new Releasing(connection, wall);
        releasing.oneAtATime();
        for (ModelVersion model : models) {
          releasing.bringOut(model, why);
        }
        for (ModelVersion model : models) {
          publisher.publish(model);
        }
        connection.commit();
      } catch (Exception e) {
        connection.rollback();
        throw e;
      }
    }
    return models;
  }

  private List<ModelVersion> models(String which, String... values) throws SQLException {
    String sql = "SELECT parameters FROM models.model_versions v WHERE " + which;
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        query.setString(i + 1, values[i]);
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

  /** What a roll-back did. */
  public record RolledBack(String from, String to) {}

  /**
   * Puts an earlier version in force again: publishes it and withdraws the newer ones. The next
   * training has to beat it.
   *
   * @param to empty for the version before the one in force
   * @throws IllegalArgumentException when there is no such version to go back to
   */
  public RolledBack rollBack(String name, Optional<String> to, String why, Publisher publisher)
      throws Exception {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        new Releasing(connection, wall).oneAtATime();
        RolledBack done = rollBack(connection, name, to, why, publisher);
        connection.commit();
        return done;
      } catch (Exception e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private RolledBack rollBack(
      Connection connection, String name, Optional<String> to, String why, Publisher publisher)
      throws Exception {
    String from =
        version(connection, "name = ? AND " + IN_FORCE, name)
            .orElseThrow(
                () -> new IllegalArgumentException("no version of " + name + " is in force"));
    String target = to.isPresent() ? to.get() : before(connection, name, from);
    if (target.equals(from)) {
      throw new IllegalArgumentException(from + " is in force already");
    }
    ModelVersion model = published(connection, name, target);
    restore(connection, name, model, why);
    publisher.publish(model);
    return new RolledBack(from, target);
  }

  private static String before(Connection connection, String name, String from)
      throws SQLException {
    return version(
            connection,
            "name = ? AND window_end < (SELECT window_end FROM models.model_versions WHERE version"
                + " = ?) AND "
                + IN_FORCE,
            name,
            from)
        .orElseThrow(
            () -> new IllegalArgumentException("no version of " + name + " is older than " + from));
  }

  private static Optional<String> version(Connection connection, String which, String... values)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT version FROM models.model_versions WHERE " + which)) {
      for (int i = 0; i < values.length; i++) {
        query.setString(i + 1, values[i]);
      }
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
      }
    }
  }

  private static ModelVersion published(Connection connection, String name, String version)
      throws SQLException {
    String sql =
        "SELECT parameters FROM models.model_versions WHERE name = ? AND version = ? AND published";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, name);
      query.setString(2, version);
      try (ResultSet rows = query.executeQuery()) {
        if (!rows.next()) {
          throw new IllegalArgumentException(
              "no version " + version + " of " + name + " was ever published");
        }
        return read(rows.getString(1));
      }
    }
  }

  private void restore(Connection connection, String name, ModelVersion model, String why)
      throws SQLException {
    String sql =
        """
        UPDATE models.model_versions SET
          withdrawn_at_wall = CASE WHEN window_end > ? THEN coalesce(withdrawn_at_wall, ?) END,
          withdrawn_reason = CASE WHEN window_end > ? THEN coalesce(withdrawn_reason, ?) END
        WHERE name = ? AND published AND window_end >= ?
        """;
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setObject(1, Sql.utc(model.windowEnd()));
      update.setObject(2, Sql.utc(wall.instant()));
      update.setObject(3, Sql.utc(model.windowEnd()));
      update.setString(4, why);
      update.setString(5, name);
      update.setObject(6, Sql.utc(model.windowEnd()));
      update.executeUpdate();
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
