package io.promoflow.models.training;

import com.fasterxml.jackson.core.type.TypeReference;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;

/** The tables that a training reads and writes. */
final class ModelStore {
  private static final String CLOCK = "features";
  private static final int FETCH_ROWS = 5_000;
  private static final TypeReference<TreeMap<String, Double>> NUMBERS = new TypeReference<>() {};
  private static final TypeReference<TreeMap<String, String>> TEXTS = new TypeReference<>() {};

  private final DataSource source;
  private final Clock wall;

  ModelStore(DataSource source, Clock wall) {
    this.source = source;
    this.wall = wall;
  }

  /** What the examples cover, as far as the event-time clock says that they are complete. */
  record Coverage(Instant clock, Instant first, Instant last) {}

  /** Whether the tables of the features are there yet. */
  boolean ready() throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                """
                SELECT to_regclass('features.event_time_clock') IS NOT NULL
                   AND to_regclass('models.training_examples') IS NOT NULL
                """);
        ResultSet rows = query.executeQuery()) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  /** Empty while there is no clock or no example. */
  Optional<Coverage> coverage() throws SQLException {
    String sql =
        """
        SELECT LEAST(c.at, '9999-01-01T00:00:00Z'::timestamptz),
               (SELECT min(labelled_at) FROM models.training_examples WHERE labelled_at <= c.at),
               (SELECT max(labelled_at) FROM models.training_examples WHERE labelled_at <= c.at)
        FROM features.event_time_clock c WHERE c.name = ?
        """;
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, CLOCK);
      try (ResultSet rows = query.executeQuery()) {
        if (!rows.next() || rows.getObject(2) == null) {
          return Optional.empty();
        }
        return Optional.of(
            new Coverage(Sql.instant(rows, 1), Sql.instant(rows, 2), Sql.instant(rows, 3)));
      }
    }
  }

  /** Ends of the windows that are recorded. */
  Set<Instant> recorded() throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT DISTINCT window_end FROM models.model_versions");
        ResultSet rows = query.executeQuery()) {
      var ends = new HashSet<Instant>();
      while (rows.next()) {
        ends.add(Sql.instant(rows, 1));
      }
      return ends;
    }
  }

  /** Examples whose label was known after {@code start} and not after {@code end}. */
  List<TrainingExample> examples(Instant start, Instant end) throws SQLException, IOException {
    String sql =
        """
        SELECT shopper_id, at, labelled_at, features, categories, ordered, features_version
        FROM models.training_examples WHERE labelled_at > ? AND labelled_at <= ?
        """;
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      connection.setAutoCommit(false);
      query.setFetchSize(FETCH_ROWS);
      query.setObject(1, Sql.utc(start));
      query.setObject(2, Sql.utc(end));
      var examples = new ArrayList<TrainingExample>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          examples.add(example(rows));
        }
      }
      connection.rollback();
      return examples;
    }
  }

  private static TrainingExample example(ResultSet row) throws SQLException, IOException {
    Map<String, Double> values = Wire.JSON.readValue(row.getString(4), NUMBERS);
    Map<String, String> categories = Wire.JSON.readValue(row.getString(5), TEXTS);
    values.values().removeIf(Objects::isNull);
    categories.values().removeIf(Objects::isNull);
    return new TrainingExample(
        row.getString(1),
        Sql.instant(row, 2),
        Sql.instant(row, 3),
        values,
        categories,
        row.getBoolean(6),
        row.getString(7));
  }

  /**
   * The newest published versions, not rolled back, whose window ended before a moment. Segments of
   * versions in shadow count as used, since these may be promoted later.
   */
  Champions champions(Instant before) throws SQLException, IOException {
    String sql =
        """
        SELECT name, parameters, published AND withdrawn_at_wall IS NULL
        FROM models.model_versions
        WHERE (published OR shadow) AND window_end < ? ORDER BY window_end
        """;
    var newest = new TreeMap<String, ModelVersion>();
    var segments = new HashSet<String>();
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, Sql.utc(before));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          ModelVersion model =
              Wire.read(rows.getString(2).getBytes(StandardCharsets.UTF_8), ModelVersion.class);
          if (rows.getBoolean(3)) {
            newest.put(rows.getString(1), model);
          }
          if (model.segments() != null) {
            segments.addAll(model.segments());
          }
        }
      }
    }
    return new Champions(
        Optional.ofNullable(newest.get(SegmentTraining.NAME)),
        Optional.ofNullable(newest.get(PropensityTraining.NAME)),
        segments,
        responses(newest));
  }

  private static Map<String, ModelVersion> responses(Map<String, ModelVersion> newest) {
    var responses = new TreeMap<>(newest);
    responses.keySet().removeIf(name -> !UpliftScorer.isResponse(name));
    return responses;
  }

  /**
   * What the first decision of an experiment in an example's horizon gave, for the examples whose
   * label was known after {@code start} and not after {@code end}. Experiments that never gave
   * anybody a promotion don't count. Of which kind a promotion was, the rules tell that decided; no
   * others are read. Nothing where serving keeps its decisions elsewhere.
   *
   * <p>Which experiments these are is found out once: with statistics from before the first
   * promotion the planner looks through all decisions anew for every example.
   */
  Treatments treatments(Instant start, Instant end) throws SQLException {
    String there = "SELECT to_regclass('serving.decisions') IS NOT NULL";
    String sql =
        """
        WITH promoting AS MATERIALIZED (
          SELECT DISTINCT experiment_id FROM serving.decisions
          WHERE promotion_id IS NOT NULL AND experiment_id IS NOT NULL),
        given AS MATERIALIZED (
          SELECT DISTINCT ON (e.shopper_id, e.at) e.shopper_id, e.at, d.promotion_id,
                 d.probability, d.rule_version
          FROM models.training_examples e
          JOIN serving.decisions d
            ON d.shopper_id = e.shopper_id AND d.at >= e.at AND d.at < e.labelled_at
          WHERE e.labelled_at > ? AND e.labelled_at <= ?
            AND d.probability > 0 AND d.probability < 1
            AND d.experiment_id IN (SELECT experiment_id FROM promoting)
          ORDER BY e.shopper_id, e.at, d.at, d.decision_id),
        rules AS MATERIALIZED (
          SELECT version, rules FROM serving.rule_versions
          WHERE version IN (SELECT rule_version FROM given WHERE promotion_id IS NOT NULL)),
        kinds AS MATERIALIZED (
          SELECT r.version, p->>'id' AS id, replace(lower(p->>'kind'), '_', '-') AS kind
          FROM rules r, jsonb_array_elements(r.rules->'promotions') p)
        SELECT g.shopper_id, g.at,
               CASE WHEN g.promotion_id IS NULL THEN 'none' ELSE k.kind END, g.probability
        FROM given g
        LEFT JOIN kinds k ON k.version = g.rule_version AND k.id = g.promotion_id
        """;
    var byExample = new HashMap<Treatments.Key, Treatments.Treatment>();
    try (Connection connection = source.getConnection();
        PreparedStatement exists = connection.prepareStatement(there);
        ResultSet is = exists.executeQuery()) {
      if (!is.next() || !is.getBoolean(1)) {
        return Treatments.NONE;
      }
      try (PreparedStatement query = connection.prepareStatement(sql)) {
        query.setObject(1, Sql.utc(start));
        query.setObject(2, Sql.utc(end));
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            if (rows.getString(3) != null) {
              byExample.put(
                  new Treatments.Key(rows.getString(1), Sql.instant(rows, 2)),
                  new Treatments.Treatment(rows.getString(3), rows.getDouble(4)));
            }
          }
        }
      }
    }
    return new Treatments(byExample);
  }

  /** Writes all that came of a window, all or nothing. */
  void record(WindowRecord window) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        new Recording(connection, wall).write(window);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  /** Writes which version of a model is in force, and whether it is stale. */
  void record(ModelHealth health) throws SQLException {
    String sql =
        """
        INSERT INTO models.model_health (name, version, window_end, clock, stale, reason,
          checked_at_wall)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET version = excluded.version,
          window_end = excluded.window_end, clock = excluded.clock, stale = excluded.stale,
          reason = excluded.reason, checked_at_wall = excluded.checked_at_wall
        """;
    try (Connection connection = source.getConnection();
        PreparedStatement upsert = connection.prepareStatement(sql)) {
      upsert.setString(1, health.name());
      upsert.setString(2, health.version().orElse(null));
      upsert.setObject(3, health.windowEnd().map(Sql::utc).orElse(null));
      upsert.setObject(4, Sql.utc(health.clock()));
      upsert.setBoolean(5, health.stale());
      upsert.setString(6, health.reason());
      upsert.setObject(7, Sql.utc(wall.instant()));
      upsert.executeUpdate();
    }
  }

  /** What came of the newest training of a model; empty before the first. */
  Optional<String> newestReason(String name) throws SQLException {
    String sql =
        """
        SELECT CASE WHEN shadow THEN 'in shadow until it is promoted: ' ELSE '' END || reason
        FROM models.model_versions WHERE name = ? ORDER BY window_end DESC LIMIT 1
        """;
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, name);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
      }
    }
  }
}
