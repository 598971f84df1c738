package io.promoflow.deploy.shop;

import io.promoflow.deploy.console.Sql;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** What the platform found, read from its tables. */
final class DemoFindings {
  /** A trained version. */
  record Model(
      String name,
      String version,
      Instant windowEnd,
      long examples,
      String metrics,
      boolean published,
      String reason,
      String trainer,
      String trials) {}

  /** A verdict on one segment of an experiment. */
  record Verdict(
      String experiment, String segment, long units, double effect, double low, double high) {
    /** By the always-valid interval: better, worse or undecided. */
    String word() {
      return low > 0 ? "better" : high < 0 ? "worse" : "undecided";
    }
  }

  /** A change of the rules. */
  record Adjustment(
      String id,
      String experiment,
      String segment,
      String from,
      String to,
      String status,
      Long ruleVersion,
      double effect,
      double low,
      double high,
      Instant outcomeSeen) {}

  private DemoFindings() {}

  /**
   * What the data quality tables say.
   *
   * @param rows features times days
   * @param drifted the feature that moved most from one day to the next, after the first week
   * @param day on which it did
   * @param drift population stability index
   */
  record Health(long rows, String drifted, String day, double drift) {}

  static Health health(Postgres postgres) throws SQLException {
    long rows = Sql.number(postgres, "SELECT count(*) FROM features.feature_health");
    return Sql.rows(
            postgres,
            "SELECT feature, day::text, drift FROM features.feature_health WHERE drift IS NOT NULL"
                + " AND day >= (SELECT min(day) + 7 FROM features.feature_health)"
                + " ORDER BY drift DESC, feature LIMIT 1",
            row -> new Health(rows, row.getString(1), row.getString(2), row.getDouble(3)))
        .stream()
        .findFirst()
        .orElse(new Health(rows, "none", "-", 0));
  }

  static List<Model> models(Postgres postgres) throws SQLException {
    return Sql.rows(
        postgres,
        "SELECT name, version, window_end, examples, metrics, published, reason, trainer,"
            + " (SELECT string_agg(t.trainer || ' ' || lower(t.outcome) || ' in ' || t.took_millis"
            + " || ' ms', ', ' ORDER BY t.outcome DESC, t.trainer) FROM models.trials t"
            + " WHERE t.name = v.name AND t.window_end = v.window_end)"
            + " FROM models.model_versions v ORDER BY window_end, name",
        row ->
            new Model(
                row.getString(1),
                row.getString(2),
                row.getTimestamp(3).toInstant(),
                row.getLong(4),
                row.getString(5),
                row.getBoolean(6),
                row.getString(7),
                row.getString(8),
                row.getString(9)));
  }

  /** Segments of the newest published version in words, each with its share. */
  static List<String> segmentsInWords(Postgres postgres) throws SQLException {
    return Sql.rows(
        postgres,
        "SELECT DISTINCT segment || ': ' || title || ' (' || round(100 * share) || ' %)'"
            + " FROM models.segment_profiles WHERE version = (SELECT version FROM"
            + " models.model_health WHERE name = 'segments') ORDER BY 1",
        row -> row.getString(1));
  }

  /** Of the rules' experiments: profit by segment, and over all as segment {@code all}. */
  static List<Verdict> verdicts(Postgres postgres) throws SQLException {
    String columns =
        "experiment, segment, units + control_units, difference, always_valid_low, always_valid_high";
    String defined =
        " WHERE metric = 'profit' AND always_valid_low IS NOT NULL"
            + " AND experiment <> 'loop-holdout' ";
    return Sql.rows(
        postgres,
        "SELECT "
            + columns
            + " FROM evaluation.experiment_results"
            + defined
            + "UNION ALL SELECT "
            + columns
            + " FROM evaluation.segment_results"
            + defined
            + "ORDER BY 1, 2",
        row ->
            new Verdict(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getDouble(4),
                row.getDouble(5),
                row.getDouble(6)));
  }

  static List<Adjustment> adjustments(Postgres postgres) throws SQLException {
    return Sql.rows(
        postgres,
        "SELECT id, experiment, segment, from_weights, to_weights, status, rule_version, difference,"
            + " low, high, outcome_seen_at_wall FROM evaluation.strategy_adjustments"
            + " ORDER BY at, experiment, segment",
        row ->
            new Adjustment(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getObject(7, Long.class),
                row.getDouble(8),
                row.getDouble(9),
                row.getDouble(10),
                row.getTimestamp(11) == null ? null : row.getTimestamp(11).toInstant()));
  }
}
