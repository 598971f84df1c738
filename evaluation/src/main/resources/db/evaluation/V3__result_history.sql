-- Results by time: what was known at the end of each hour.

CREATE TABLE evaluation.result_history (
  LIKE evaluation.segment_results INCLUDING COMMENTS,
  hour timestamptz,
  PRIMARY KEY (experiment, variant, metric, segment, hour)
);
COMMENT ON TABLE evaluation.result_history IS 'Every result as it was known at the end of each hour; a late correction changes the current hour, never an earlier one';
COMMENT ON COLUMN evaluation.result_history.segment IS 'segment id at first exposure; all for everybody, none for shoppers without a segment';
COMMENT ON COLUMN evaluation.result_history.hour IS 'hour of event time (UTC, its beginning) that updated_event_time lies in; hours in which nothing happened have no row';

CREATE VIEW evaluation.v_result_history AS SELECT
  experiment, variant, metric, segment, hour, control, units, control_units, mean, control_mean,
  variance, control_variance, difference, standard_error, low, high, always_valid_low,
  always_valid_high, p, always_valid_p, relative_lift, relative_low, relative_high,
  contaminated_units, updated_event_time, written_at_wall
  FROM evaluation.result_history;
COMMENT ON VIEW evaluation.v_result_history IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.result_history for their meaning and unit';
