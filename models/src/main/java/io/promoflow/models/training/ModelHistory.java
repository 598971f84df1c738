package io.promoflow.models.training;

import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.store.Store;
import io.promoflow.models.UpliftScorer;
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
    return models("name = ? AND " + ModelRows.NEWEST_IN_FORCE, name).stream()
        .map(ModelVersion::version)
        .findFirst();
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
    return inOneTransaction(
        connection -> {
          var releasing = new Releasing(connection, wall);
          releasing.oneAtATime();
          for (ModelVersion model : models) {
            releasing.bringOut(model, why);
          }
          for (ModelVersion model : models) {
            publisher.publish(model);
          }
          return models;
        });
  }

  private List<ModelVersion> models(String which, Object... values) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return ModelRows.models(connection, which, values);
    }
  }

  /**
   * What a roll-back did.
   *
   * @param withdrawn versions that are newer, newest first; none when it goes on to a newer one
   * @param inForce versions that are in force again; for responses the control first
   */
  public record RolledBack(List<String> withdrawn, List<String> inForce) {}

  /**
   * Puts an earlier version in force again: publishes it and withdraws the newer ones. The next
   * training has to beat it. Responses go back all together to those of one window.
   *
   * @param to empty for the version before the one in force
   * @throws IllegalArgumentException when there is no such version to go back to
   */
  public RolledBack rollBack(String name, Optional<String> to, String why, Publisher publisher)
      throws Exception {
    return inOneTransaction(
        connection -> {
          new Releasing(connection, wall).oneAtATime();
          return new RollingBack(connection, wall).to(name, to, why, publisher);
        });
  }

  /** What is done whole or not at all. */
  @FunctionalInterface
  private interface Work<T> {
    T with(Connection connection) throws Exception;
  }

  private <T> T inOneTransaction(Work<T> work) throws Exception {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T done = work.with(connection);
        connection.commit();
        return done;
      } catch (Exception e) {
        connection.rollback();
        throw e;
      }
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
