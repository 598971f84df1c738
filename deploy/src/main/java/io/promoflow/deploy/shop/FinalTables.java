package io.promoflow.deploy.shop;

import io.promoflow.deploy.console.Sql;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the platform says happened: the rows that the oracle judges.
 *
 * @param intake events by outcome: {@code accepted}, {@code duplicate}, or the rejection reason
 * @param clock event time up to which features are complete
 * @param features latest features by shopper pseudonym
 * @param decisions every decision
 * @param holdingOut versions of the rules under which some shoppers never get anything
 * @param results every result of an experiment, over all shoppers and by segment
 * @param populations the same over each population, by its name
 * @param ratioChecks whom the sample-ratio checks of the populations counted
 * @param shown how many decisions of each variant were made and shown
 */
public record FinalTables(
    Map<String, Long> intake,
    Instant clock,
    Map<String, Map<String, Double>> features,
    List<DecisionRow> decisions,
    Set<Long> holdingOut,
    List<ResultRow> results,
    Map<String, List<ResultRow>> populations,
    List<RatioCheckRow> ratioChecks,
    List<ShownRow> shown) {

  private static final String RESULT =
      "SELECT experiment, variant, control, metric, segment, units, control_units, mean,"
          + " control_mean, variance, control_variance";

  /** A row of serving.decisions. */
  public record DecisionRow(
      String decisionId,
      String requestId,
      String shopper,
      Instant at,
      String trigger,
      String segment,
      String experiment,
      String variant,
      String promotion,
      long ruleVersion,
      boolean triggered) {}

  /** A row of evaluation.experiment_results or segment_results. */
  public record ResultRow(
      String experiment,
      String variant,
      String control,
      String metric,
      String segment,
      long units,
      long controlUnits,
      Double mean,
      Double controlMean,
      Double variance,
      Double controlVariance) {
    String key() {
      return experiment + "/" + variant + "/" + metric + "/" + segment;
    }
  }

  /**
   * A row of evaluation.population_ratio_checks.
   *
   * @param units checked, and those whose rules are not known any more
   */
  public record RatioCheckRow(String experiment, String population, long units) {}

  /** A row of evaluation.shown_decisions. */
  public record ShownRow(String experiment, String variant, long decisions, long shown) {}

  /** Reads the tables as they are now. */
  public static FinalTables read(Postgres postgres) throws SQLException {
    var intake = new HashMap<String, Long>();
    Sql.rows(
        postgres,
        "SELECT CASE outcome WHEN 'rejected' THEN reason ELSE outcome END, sum(events)"
            + " FROM ingestion.intake_counts WHERE outcome IN ('accepted', 'duplicate', 'rejected')"
            + " AND events > 0 GROUP BY 1",
        row -> intake.put(row.getString(1), row.getLong(2)));
    Instant clock =
        Sql.rows(
                postgres,
                "SELECT at FROM features.event_time_clock WHERE name = 'features'",
                row -> instant(row, 1))
            .get(0);
    var features = new HashMap<String, Map<String, Double>>();
    Sql.rows(
        postgres,
        "SELECT shopper_id, features FROM features.shopper_features",
        row -> features.put(row.getString(1), numbers(row.getString(2))));
    var decisions =
        Sql.rows(
            postgres,
            "SELECT decision_id, request_id, shopper_id, at, trigger, segment, experiment_id,"
                + " variant, promotion_id, rule_version, coalesce(triggered, false)"
                + " FROM serving.decisions",
            row ->
                new DecisionRow(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    instant(row, 4),
                    row.getString(5),
                    row.getString(6),
                    row.getString(7),
                    row.getString(8),
                    row.getString(9),
                    row.getLong(10),
                    row.getBoolean(11)));
    var holdingOut =
        new HashSet<>(
            Sql.rows(
                postgres,
                "SELECT version FROM serving.rule_versions"
                    + " WHERE (rules->>'holdoutShare')::numeric > 0",
                row -> row.getLong(1)));
    var results = new ArrayList<ResultRow>();
    for (String table : List.of("experiment_results", "segment_results")) {
      results.addAll(Sql.rows(postgres, RESULT + " FROM evaluation." + table, FinalTables::result));
    }
    var populations = new HashMap<String, List<ResultRow>>();
    Sql.rows(
        postgres,
        RESULT + ", population FROM evaluation.population_results",
        row ->
            populations
                .computeIfAbsent(row.getString(12), name -> new ArrayList<>())
                .add(result(row)));
    var ratioChecks =
        Sql.rows(
            postgres,
            "SELECT experiment, population, units + unchecked_units"
                + " FROM evaluation.population_ratio_checks",
            row -> new RatioCheckRow(row.getString(1), row.getString(2), row.getLong(3)));
    var shown =
        Sql.rows(
            postgres,
            "SELECT experiment, variant, decisions, shown_decisions"
                + " FROM evaluation.shown_decisions",
            row ->
                new ShownRow(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)));
    return new FinalTables(
        intake, clock, features, decisions, holdingOut, results, populations, ratioChecks, shown);
  }

  private static ResultRow result(ResultSet row) throws SQLException {
    return new ResultRow(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getLong(6),
        row.getLong(7),
        row.getObject(8, Double.class),
        row.getObject(9, Double.class),
        row.getObject(10, Double.class),
        row.getObject(11, Double.class));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getTimestamp(column).toInstant();
  }

  private static Map<String, Double> numbers(String json) {
    try {
      var numbers = new HashMap<String, Double>();
      Wire.JSON
          .readTree(json)
          .properties()
          .forEach(field -> numbers.put(field.getKey(), field.getValue().asDouble()));
      return numbers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
