-- Metrics are declared, and some of them count a shopper only some time after the exposure.

ALTER TABLE evaluation.experiment_results
  ADD mature_units bigint NOT NULL DEFAULT 0, ADD mature_control_units bigint NOT NULL DEFAULT 0;
ALTER TABLE evaluation.segment_results
  ADD mature_units bigint NOT NULL DEFAULT 0, ADD mature_control_units bigint NOT NULL DEFAULT 0;
ALTER TABLE evaluation.result_history
  ADD mature_units bigint NOT NULL DEFAULT 0, ADD mature_control_units bigint NOT NULL DEFAULT 0;
UPDATE evaluation.experiment_results SET mature_units = units, mature_control_units = control_units;
UPDATE evaluation.segment_results SET mature_units = units, mature_control_units = control_units;
UPDATE evaluation.result_history SET mature_units = units, mature_control_units = control_units;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['experiment_results', 'segment_results', 'result_history'] LOOP
    EXECUTE format('COMMENT ON COLUMN evaluation.%I.metric IS %L', name,
      'id of a declared metric: conversion, orders, spend, profit, discount, ctr, order_value, order_value_median, retention_7d, review_rating and those of the file that evaluation.metrics names');
    EXECUTE format('COMMENT ON COLUMN evaluation.%I.mature_units IS %L', name,
      'shoppers of the variant that count for the metric: those whose maturity has passed, all of them for a metric without one');
    EXECUTE format('COMMENT ON COLUMN evaluation.%I.mature_control_units IS %L', name,
      'shoppers of the control that count for the metric');
    EXECUTE format('COMMENT ON COLUMN evaluation.%I.mean IS %L', name,
      'mean, ratio of sums or quantile of the variant over its mature_units, in the unit of the metric (conversion, retention_7d: share 0 to 1; orders: orders per shopper; spend, profit, discount: cents per shopper; ctr: clicks per promotion view; order_value, order_value_median: cents per order; review_rating: stars per review); null when undefined');
    EXECUTE format('COMMENT ON COLUMN evaluation.%I.control_mean IS %L', name,
      'the same of the control over its mature_control_units; null when undefined');
    EXECUTE format('COMMENT ON COLUMN evaluation.%I.variance IS %L', name,
      'variance per shopper of the variant, in the squared unit of the metric (ratios: delta method; quantiles: from the interval by order statistics); null when undefined');
  END LOOP;
END $$;

CREATE OR REPLACE VIEW evaluation.v_experiment_results AS SELECT
  experiment, variant, control, metric, segment, units, control_units, mean, control_mean,
  difference, standard_error, low, high, always_valid_low, always_valid_high, p, always_valid_p,
  relative_lift, relative_low, relative_high, contaminated_units, updated_event_time,
  written_at_wall, mature_units, mature_control_units
  FROM evaluation.experiment_results;
CREATE OR REPLACE VIEW evaluation.v_segment_results AS SELECT
  experiment, variant, control, metric, segment, units, control_units, mean, control_mean,
  difference, standard_error, low, high, always_valid_low, always_valid_high, p, always_valid_p,
  relative_lift, relative_low, relative_high, contaminated_units, updated_event_time,
  written_at_wall, mature_units, mature_control_units
  FROM evaluation.segment_results;
CREATE OR REPLACE VIEW evaluation.v_result_history AS SELECT
  experiment, variant, metric, segment, hour, control, units, control_units, mean, control_mean,
  variance, control_variance, difference, standard_error, low, high, always_valid_low,
  always_valid_high, p, always_valid_p, relative_lift, relative_low, relative_high,
  contaminated_units, updated_event_time, written_at_wall, mature_units, mature_control_units
  FROM evaluation.result_history;
