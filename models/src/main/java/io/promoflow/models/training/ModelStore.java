package io.promoflow.models.training;

import com.fasterxml.jackson.core.type.TypeReference;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
        return Optional.of(new Coverage(instant(rows, 1), instant(rows, 2), instant(rows, 3)));
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
        ends.add(instant(rows, 1));
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
      query.setObject(1, utc(start));
      query.setObject(2, utc(end));
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
        instant(row, 2),
        instant(row, 3),
        values,
        categories,
        row.getBoolean(6),
        row.getString(7));
  }

  /** The newest published versions whose window ended before a moment. */
  Champions champions(Instant before) throws SQLException, IOException {
    String sql =
        """
        SELECT name, parameters FROM models.model_versions
        WHERE published AND window_end < ? ORDER BY window_end
        """;
    var newest = new TreeMap<String, ModelVersion>();
    var segments = new HashSet<String>();
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setObject(1, utc(before));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          ModelVersion model =
              Wire.read(rows.getString(2).getBytes(StandardCharsets.UTF_8), ModelVersion.class);
          newest.put(rows.getString(1), model);
          if (model.segments() != null) {
            segments.addAll(model.segments());
          }
        }
      }
    }
    return new Champions(
        Optional.ofNullable(newest.get(SegmentTraining.NAME)),
        Optional.ofNullable(newest.get(PropensityTraining.NAME)),
        segments);
  }

  /** Writes a window's results and its shoppers' segments, all or nothing. */
  void record(List<TrainingResult> results, List<ShopperSegment> segments) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        insertVersions(connection, results);
        upsertSegments(connection, segments);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private void insertVersions(Connection connection, List<TrainingResult> results)
      throws SQLException {
    String sql =
        """
        INSERT INTO models.model_versions (name, version, window_start, window_end, trainer,
          examples, held_out, published, reason, metrics, parameters, champion_version,
          champion_metrics, trained_at_wall)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?::jsonb, ?)
        ON CONFLICT (name, window_end) DO NOTHING
        """;
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (TrainingResult result : results) {
        bind(insert, result);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void bind(PreparedStatement insert, TrainingResult result) throws SQLException {
    insert.setString(1, result.name());
    insert.setString(2, result.version());
    insert.setObject(3, utc(result.windowStart()));
    insert.setObject(4, utc(result.windowEnd()));
    insert.setString(5, result.trainer());
    insert.setLong(6, result.examples());
    insert.setLong(7, result.heldOut());
    insert.setBoolean(8, result.published());
    insert.setString(9, result.reason());
    insert.setString(10, Wire.text(result.metrics()));
    insert.setString(11, result.model().map(Wire::text).orElse(null));
    insert.setString(12, result.championVersion().orElse(null));
    insert.setString(
        13, result.championVersion().map(c -> Wire.text(result.championMetrics())).orElse(null));
    insert.setObject(14, utc(wall.instant()));
  }

  /** The segment of a shopper as of an example. */
  record ShopperSegment(String shopperId, String segment, String modelVersion, Instant asOf) {}

  private static void upsertSegments(Connection connection, List<ShopperSegment> segments)
      throws SQLException {
    String sql =
        """
        INSERT INTO models.shopper_segments AS s (shopper_id, segment, model_version, as_of)
        VALUES (?, ?, ?, ?)
        ON CONFLICT (shopper_id) DO UPDATE
          SET segment = excluded.segment, model_version = excluded.model_version,
              as_of = excluded.as_of
          WHERE s.as_of <= excluded.as_of
        """;
    try (PreparedStatement upsert = connection.prepareStatement(sql)) {
      for (ShopperSegment segment : segments) {
        upsert.setString(1, segment.shopperId());
        upsert.setString(2, segment.segment());
        upsert.setString(3, segment.modelVersion());
        upsert.setObject(4, utc(segment.asOf()));
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }

  private static Instant instant(ResultSet rows, int column) throws SQLException {
    return rows.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
