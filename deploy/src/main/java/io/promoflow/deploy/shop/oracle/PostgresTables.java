package io.promoflow.deploy.shop.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promoflow.deploy.shop.oracle.FinalTables.Count;
import io.promoflow.deploy.shop.oracle.FinalTables.Decided;
import io.promoflow.deploy.shop.oracle.FinalTables.Example;
import io.promoflow.deploy.shop.oracle.FinalTables.Features;
import io.promoflow.deploy.shop.oracle.FinalTables.Result;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the final tables with plain SQL. */
public final class PostgresTables {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Double>> NUMBERS = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
  private static final String RESULTS =
      """
      select experiment, variant, metric, segment, units, control_units,
             mean, control_mean, variance, control_variance
      from evaluation.experiment_results
      union all
      select experiment, variant, metric, segment, units, control_units,
             mean, control_mean, variance, control_variance
      from evaluation.segment_results""";

  private final Connection connection;

  public PostgresTables(Connection connection) {
    this.connection = connection;
  }

  private interface Reader<T> {
    T row(ResultSet row) throws SQLException;
  }

  /** All of them. */
  public FinalTables read() throws SQLException {
    return new FinalTables(
        rows(
            "select outcome, reason, sum(events) from ingestion.intake_counts group by 1, 2",
            row -> new Count(row.getString(1), row.getString(2), row.getLong(3))),
        rows(
            "select shopper_id, as_of, features, categories from features.shopper_features",
            row ->
                new Features(
                    row.getString(1),
                    instant(row, 2),
                    json(row.getString(3), NUMBERS),
                    json(row.getString(4), TEXTS))),
        rows(
            "select shopper_id, at, labelled_at, ordered from models.training_examples",
            row ->
                new Example(row.getString(1), instant(row, 2), instant(row, 3), row.getBoolean(4))),
        rows(
            "select decision_id, request_id, trigger, shopper_id, at, cart_cents, segment,"
                + " experiment_id, variant, promotion_id, rule_version from serving.decisions",
            PostgresTables::decided),
        rows(RESULTS, PostgresTables::result),
        rows("select count(*) from features.late_events", row -> row.getLong(1)).get(0));
  }

  private static Decided decided(ResultSet row) throws SQLException {
    return new Decided(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        instant(row, 5),
        row.getLong(6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getString(10),
        row.getLong(11));
  }

  private static Result result(ResultSet row) throws SQLException {
    return new Result(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getLong(5),
        row.getLong(6),
        row.getObject(7, Double.class),
        row.getObject(8, Double.class),
        row.getObject(9, Double.class),
        row.getObject(10, Double.class));
  }

  private <T> List<T> rows(String sql, Reader<T> reader) throws SQLException {
    var rows = new ArrayList<T>();
    try (var statement = connection.createStatement();
        var found = statement.executeQuery(sql)) {
      while (found.next()) {
        rows.add(reader.row(found));
      }
    }
    return rows;
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getTimestamp(column).toInstant();
  }

  private static <T> T json(String text, TypeReference<T> type) {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a row of features is no JSON: " + text, e);
    }
  }
}
