package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Judgement;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.ingestion.flink.Tables;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Evidence;
import io.promoflow.ingestion.wire.Wire;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.flink.api.connector.sink2.Sink;

/** Sinks on the tables of {@code db/evaluation}. */
final class EvaluationTables {
  /** Whoever goes back may put in force again what was reverted: the rule version tells. */
  private static final String IS_NEWER =
      "(COALESCE(EXCLUDED.rule_version, 0), evaluation.status_rank(EXCLUDED.status))"
          + " >= (COALESCE(t.rule_version, 0), evaluation.status_rank(t.status))";

  private static final String ADJUSTMENTS =
      """
      INSERT INTO evaluation.strategy_adjustments AS t
        (id, experiment, segment, change, from_weights, to_weights, metric, variant, units,
         control_units, difference, low, high, p, policy, status, at, decided_by, rule_version,
         reason, proposed_at_wall, applied_at_wall, refused_at_wall, reverted_at_wall,
         outcome_seen_at_wall, policy_version)
      VALUES (?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET
        status = CASE WHEN %1$s THEN EXCLUDED.status ELSE t.status END,
        decided_by = CASE WHEN %1$s THEN EXCLUDED.decided_by ELSE t.decided_by END,
        rule_version = CASE WHEN %1$s THEN EXCLUDED.rule_version ELSE t.rule_version END,
        reason = CASE WHEN %1$s THEN EXCLUDED.reason ELSE t.reason END,
        proposed_at_wall = LEAST(t.proposed_at_wall, EXCLUDED.proposed_at_wall),
        applied_at_wall = LEAST(t.applied_at_wall, EXCLUDED.applied_at_wall),
        refused_at_wall = LEAST(t.refused_at_wall, EXCLUDED.refused_at_wall),
        reverted_at_wall = LEAST(t.reverted_at_wall, EXCLUDED.reverted_at_wall),
        outcome_seen_at_wall = LEAST(t.outcome_seen_at_wall, EXCLUDED.outcome_seen_at_wall)
      """
          .formatted(IS_NEWER);

  private EvaluationTables() {}

  static Sink<ResultRow> experimentResults(Postgres postgres) {
    return measured(
            new TableSink<ResultRow>("evaluation.experiment_results", "s.units = 0")
                .key("experiment", "text", ResultRow::experiment)
                .key("variant", "text", ResultRow::variant)
                .key("metric", "text", ResultRow::metric)
                .column("segment", "text", ResultRow::segment))
        .sink(postgres);
  }

  static Sink<ResultRow> segmentResults(Postgres postgres) {
    return bySegment().sink(postgres);
  }

  private static TableSink<ResultRow> bySegment() {
    return measured(
        new TableSink<ResultRow>("evaluation.segment_results", "s.units = 0")
            .key("experiment", "text", ResultRow::experiment)
            .key("variant", "text", ResultRow::variant)
            .key("metric", "text", ResultRow::metric)
            .key("segment", "text", ResultRow::segment));
  }

  static Sink<PopulationRow> populationResults(Postgres postgres) {
    return new TableSink<PopulationRow>("evaluation.population_results", "s.units = 0")
        .key("population", "text", row -> row.population().id())
        .columnsOf(bySegment(), PopulationRow::result)
        .sink(postgres);
  }

  /** What was known at the end of each hour of event time: its last row stands. */
  static Sink<ResultRow> resultHistory(Postgres postgres) {
    return measured(
            new TableSink<ResultRow>("evaluation.result_history", "s.units = 0")
                .key("experiment", "text", ResultRow::experiment)
                .key("variant", "text", ResultRow::variant)
                .key("metric", "text", ResultRow::metric)
                .key("segment", "text", ResultRow::segment)
                .key(
                    "hour",
                    "timestamptz",
                    row -> row.updatedEventTime().truncatedTo(ChronoUnit.HOURS)))
        .sink(postgres);
  }

  private static TableSink<ResultRow> measured(TableSink<ResultRow> keyed) {
    return keyed
        .column("control", "text", ResultRow::control)
        .column("units", "bigint", ResultRow::units)
        .column("control_units", "bigint", ResultRow::controlUnits)
        .column("mature_units", "bigint", ResultRow::matureUnits)
        .column("mature_control_units", "bigint", ResultRow::matureControlUnits)
        .column("mean", "float8", ResultRow::mean)
        .column("control_mean", "float8", ResultRow::controlMean)
        .column("variance", "float8", ResultRow::variance)
        .column("control_variance", "float8", ResultRow::controlVariance)
        .column("difference", "float8", ResultRow::difference)
        .column("standard_error", "float8", ResultRow::standardError)
        .column("low", "float8", ResultRow::low)
        .column("high", "float8", ResultRow::high)
        .column("always_valid_low", "float8", ResultRow::alwaysValidLow)
        .column("always_valid_high", "float8", ResultRow::alwaysValidHigh)
        .column("p", "float8", ResultRow::p)
        .column("always_valid_p", "float8", ResultRow::alwaysValidP)
        .column("relative_lift", "float8", ResultRow::relativeLift)
        .column("relative_low", "float8", ResultRow::relativeLow)
        .column("relative_high", "float8", ResultRow::relativeHigh)
        .column("contaminated_units", "bigint", ResultRow::contaminatedUnits)
        .column("updated_event_time", "timestamptz", ResultRow::updatedEventTime)
        .column("written_at_wall", "timestamptz", ResultRow::writtenAtWall);
  }

  static Sink<SampleRatioRow> sampleRatioChecks(Postgres postgres) {
    return checked().sink(postgres);
  }

  static Sink<PopulationRatioRow> populationRatioChecks(Postgres postgres) {
    return new TableSink<PopulationRatioRow>(
            "evaluation.population_ratio_checks", "s.units + s.unchecked_units = 0")
        .key("population", "text", PopulationRatioRow::population)
        .columnsOf(checked(), PopulationRatioRow::check)
        .sink(postgres);
  }

  private static TableSink<SampleRatioRow> checked() {
    return new TableSink<SampleRatioRow>(
            "evaluation.sample_ratio_checks", "s.units + s.unchecked_units = 0")
        .key("experiment", "text", SampleRatioRow::experiment)
        .column("units", "bigint", SampleRatioRow::units)
        .column("unchecked_units", "bigint", SampleRatioRow::uncheckedUnits)
        .column("observed", "jsonb", row -> Wire.text(row.observed()))
        .column("expected", "jsonb", row -> Wire.text(row.expected()))
        .column(
            "chi_squared",
            "float8",
            row -> Double.isFinite(row.statistic()) ? row.statistic() : null)
        .column("p", "float8", SampleRatioRow::p)
        .column("sequential_p", "float8", SampleRatioRow::sequentialP)
        .column("ok", "boolean", SampleRatioRow::ok)
        .column("updated_event_time", "timestamptz", SampleRatioRow::updatedEventTime)
        .column("written_at_wall", "timestamptz", SampleRatioRow::writtenAtWall);
  }

  static Sink<SegmentRatioRow> segmentRatioChecks(Postgres postgres) {
    return new TableSink<SegmentRatioRow>(
            "evaluation.segment_ratio_checks", "s.units + s.unchecked_units = 0")
        .key("experiment", "text", row -> row.check().experiment())
        .key("segment", "text", SegmentRatioRow::segment)
        .column("units", "bigint", row -> row.check().units())
        .column("unchecked_units", "bigint", row -> row.check().uncheckedUnits())
        .column("observed", "jsonb", row -> Wire.text(row.check().observed()))
        .column("expected", "jsonb", row -> Wire.text(row.check().expected()))
        .column("p", "float8", row -> row.check().p())
        .column("sequential_p", "float8", row -> row.check().sequentialP())
        .column("ok", "boolean", row -> row.check().ok())
        .column("updated_event_time", "timestamptz", row -> row.check().updatedEventTime())
        .column("written_at_wall", "timestamptz", row -> row.check().writtenAtWall())
        .sink(postgres);
  }

  static Sink<Judgement> judgements(Postgres postgres) {
    return new TableSink<Judgement>("evaluation.judgements", "s.units = 0")
        .key("experiment", "text", Judgement::experiment)
        .key("variant", "text", Judgement::variant)
        .key("metric", "text", Judgement::metric)
        .key("segment", "text", Judgement::segment)
        .column("units", "bigint", Judgement::units)
        .column("holm_p", "float8", Judgement::holmP)
        .column("false_discovery_p", "float8", Judgement::falseDiscoveryP)
        .column("probability_better", "float8", Judgement::probabilityBetter)
        .column("expected_loss", "float8", Judgement::expectedLoss)
        .column("adjusted_difference", "float8", Judgement::adjustedDifference)
        .column("adjusted_low", "float8", Judgement::adjustedLow)
        .column("adjusted_high", "float8", Judgement::adjustedHigh)
        .column("variance_ratio", "float8", Judgement::varianceRatio)
        .column("guardrail", "text", Judgement::guardrail)
        .column("power", "float8", Judgement::power)
        .column("units_needed", "bigint", Judgement::unitsNeeded)
        .column("days_left", "float8", Judgement::daysLeft)
        .column("heterogeneity_p", "float8", Judgement::heterogeneityP)
        .column("updated_event_time", "timestamptz", Judgement::updatedEventTime)
        .column("written_at_wall", "timestamptz", Judgement::writtenAtWall)
        .sink(postgres);
  }

  static Sink<ContaminationRow> contaminatedUnits(Postgres postgres) {
    return new TableSink<ContaminationRow>("evaluation.contaminated_units", "s.units = 0")
        .key("experiment", "text", ContaminationRow::experiment)
        .key("variant", "text", ContaminationRow::variant)
        .column("units", "bigint", ContaminationRow::units)
        .column("contaminated_units", "bigint", ContaminationRow::contaminatedUnits)
        .column("written_at_wall", "timestamptz", ContaminationRow::writtenAtWall)
        .sink(postgres);
  }

  static Sink<ShownRow> shownDecisions(Postgres postgres) {
    return new TableSink<ShownRow>("evaluation.shown_decisions", "s.decisions = 0")
        .key("experiment", "text", row -> row.counted().of().experimentId())
        .key("variant", "text", row -> row.counted().of().variant())
        .column("decisions", "bigint", row -> row.counted().decisions())
        .column("shown_decisions", "bigint", row -> row.counted().shown())
        .column(
            "unshown_decisions", "bigint", row -> row.counted().decisions() - row.counted().shown())
        .column("written_at_wall", "timestamptz", ShownRow::writtenAtWall)
        .sink(postgres);
  }

  /** Statuses of one adjustment may come twice and in any order; the newest one stands. */
  static Sink<StrategyAdjustment> strategyAdjustments(Postgres postgres) {
    return Tables.upsert(postgres, ADJUSTMENTS, EvaluationTables::bind);
  }

  private static void bind(PreparedStatement statement, StrategyAdjustment row)
      throws SQLException {
    Evidence evidence = row.evidence();
    Object[] values = {
      row.id(),
      row.experimentId(),
      row.segment(),
      row.change().name(),
      Wire.text(row.from()),
      Wire.text(row.to()),
      evidence == null ? null : evidence.metric(),
      evidence == null ? null : evidence.variant(),
      evidence == null ? null : evidence.units(),
      evidence == null ? null : evidence.controlUnits(),
      evidence == null ? null : evidence.difference(),
      evidence == null ? null : evidence.low(),
      evidence == null ? null : evidence.high(),
      evidence == null ? null : evidence.p(),
      row.policy(),
      row.status().name(),
      time(row.at()),
      row.decidedBy(),
      row.ruleVersion(),
      row.reason(),
      wall(row, StrategyAdjustment.Status.PROPOSED),
      wall(row, StrategyAdjustment.Status.APPLIED),
      wall(row, StrategyAdjustment.Status.REFUSED),
      wall(row, StrategyAdjustment.Status.REVERTED),
      time(row.outcomeSeenAt()),
      row.policyVersion()
    };
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  private static Object wall(StrategyAdjustment row, StrategyAdjustment.Status status) {
    return row.status() == status ? time(row.decidedAt()) : null;
  }

  private static Object time(Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
