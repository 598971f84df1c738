-- Results of experiments and promotions, for people and BI tools. Rows are upserts on natural keys.

CREATE TABLE evaluation.experiment_results (
  experiment text,
  variant text,
  control text NOT NULL,
  metric text,
  segment text NOT NULL,
  units bigint NOT NULL,
  control_units bigint NOT NULL,
  mean double precision,
  control_mean double precision,
  variance double precision,
  control_variance double precision,
  difference double precision,
  standard_error double precision,
  low double precision,
  high double precision,
  always_valid_low double precision,
  always_valid_high double precision,
  p double precision,
  always_valid_p double precision,
  relative_lift double precision,
  relative_low double precision,
  relative_high double precision,
  contaminated_units bigint NOT NULL,
  updated_event_time timestamptz NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (experiment, variant, metric)
);
COMMENT ON TABLE evaluation.experiment_results IS 'Every variant against the control, over all shoppers, with all data so far';
COMMENT ON COLUMN evaluation.experiment_results.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.experiment_results.variant IS 'variant id, compared with the control';
COMMENT ON COLUMN evaluation.experiment_results.control IS 'variant id of the control';
COMMENT ON COLUMN evaluation.experiment_results.metric IS 'conversion, orders, spend, profit, discount or ctr';
COMMENT ON COLUMN evaluation.experiment_results.segment IS 'always all';
COMMENT ON COLUMN evaluation.experiment_results.units IS 'shoppers first exposed to the variant';
COMMENT ON COLUMN evaluation.experiment_results.control_units IS 'shoppers first exposed to the control';
COMMENT ON COLUMN evaluation.experiment_results.mean IS 'mean of the variant, in the unit of the metric (conversion: share 0 to 1; orders: orders per shopper; spend, profit, discount: cents per shopper; ctr: clicks per promotion view); null when undefined';
COMMENT ON COLUMN evaluation.experiment_results.control_mean IS 'mean of the control, in the unit of the metric; null when undefined';
COMMENT ON COLUMN evaluation.experiment_results.variance IS 'variance per shopper of the variant, in the squared unit of the metric (ctr: delta method); null when undefined';
COMMENT ON COLUMN evaluation.experiment_results.control_variance IS 'variance per shopper of the control, in the squared unit of the metric; null when undefined';
COMMENT ON COLUMN evaluation.experiment_results.difference IS 'mean less control_mean, in the unit of the metric';
COMMENT ON COLUMN evaluation.experiment_results.standard_error IS 'standard error of difference, in the unit of the metric';
COMMENT ON COLUMN evaluation.experiment_results.low IS 'lower end of the fixed-horizon interval of difference (Welch), in the unit of the metric; valid for one look';
COMMENT ON COLUMN evaluation.experiment_results.high IS 'upper end of the fixed-horizon interval of difference (Welch), in the unit of the metric; valid for one look';
COMMENT ON COLUMN evaluation.experiment_results.always_valid_low IS 'lower end of the always-valid interval of difference, in the unit of the metric; valid at every look';
COMMENT ON COLUMN evaluation.experiment_results.always_valid_high IS 'upper end of the always-valid interval of difference, in the unit of the metric; valid at every look';
COMMENT ON COLUMN evaluation.experiment_results.p IS 'two-sided Welch p value, 0 to 1; valid for one look';
COMMENT ON COLUMN evaluation.experiment_results.always_valid_p IS 'always-valid p value, 0 to 1; valid at every look';
COMMENT ON COLUMN evaluation.experiment_results.relative_lift IS 'difference over control_mean, share (0.05 = 5 percent); null when control_mean is 0';
COMMENT ON COLUMN evaluation.experiment_results.relative_low IS 'lower end of the fixed-horizon interval of relative_lift (delta method), share';
COMMENT ON COLUMN evaluation.experiment_results.relative_high IS 'upper end of the fixed-horizon interval of relative_lift (delta method), share';
COMMENT ON COLUMN evaluation.experiment_results.contaminated_units IS 'shoppers among units that were seen in another variant, too';
COMMENT ON COLUMN evaluation.experiment_results.updated_event_time IS 'event time of the newest decision, or outcome of an exposed shopper, taken in';
COMMENT ON COLUMN evaluation.experiment_results.written_at_wall IS 'wall clock of the write';

CREATE TABLE evaluation.segment_results (
  experiment text,
  variant text,
  control text NOT NULL,
  metric text,
  segment text,
  units bigint NOT NULL,
  control_units bigint NOT NULL,
  mean double precision,
  control_mean double precision,
  variance double precision,
  control_variance double precision,
  difference double precision,
  standard_error double precision,
  low double precision,
  high double precision,
  always_valid_low double precision,
  always_valid_high double precision,
  p double precision,
  always_valid_p double precision,
  relative_lift double precision,
  relative_low double precision,
  relative_high double precision,
  contaminated_units bigint NOT NULL,
  updated_event_time timestamptz NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (experiment, variant, metric, segment)
);
COMMENT ON TABLE evaluation.segment_results IS 'Every variant against the control within one segment, with all data so far';
COMMENT ON COLUMN evaluation.segment_results.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.segment_results.variant IS 'variant id, compared with the control';
COMMENT ON COLUMN evaluation.segment_results.control IS 'variant id of the control';
COMMENT ON COLUMN evaluation.segment_results.metric IS 'conversion, orders, spend, profit, discount or ctr';
COMMENT ON COLUMN evaluation.segment_results.segment IS 'segment id at first exposure; none for shoppers without a segment';
COMMENT ON COLUMN evaluation.segment_results.units IS 'shoppers first exposed to the variant';
COMMENT ON COLUMN evaluation.segment_results.control_units IS 'shoppers first exposed to the control';
COMMENT ON COLUMN evaluation.segment_results.mean IS 'mean of the variant, in the unit of the metric (conversion: share 0 to 1; orders: orders per shopper; spend, profit, discount: cents per shopper; ctr: clicks per promotion view); null when undefined';
COMMENT ON COLUMN evaluation.segment_results.control_mean IS 'mean of the control, in the unit of the metric; null when undefined';
COMMENT ON COLUMN evaluation.segment_results.variance IS 'variance per shopper of the variant, in the squared unit of the metric (ctr: delta method); null when undefined';
COMMENT ON COLUMN evaluation.segment_results.control_variance IS 'variance per shopper of the control, in the squared unit of the metric; null when undefined';
COMMENT ON COLUMN evaluation.segment_results.difference IS 'mean less control_mean, in the unit of the metric';
COMMENT ON COLUMN evaluation.segment_results.standard_error IS 'standard error of difference, in the unit of the metric';
COMMENT ON COLUMN evaluation.segment_results.low IS 'lower end of the fixed-horizon interval of difference (Welch), in the unit of the metric; valid for one look';
COMMENT ON COLUMN evaluation.segment_results.high IS 'upper end of the fixed-horizon interval of difference (Welch), in the unit of the metric; valid for one look';
COMMENT ON COLUMN evaluation.segment_results.always_valid_low IS 'lower end of the always-valid interval of difference, in the unit of the metric; valid at every look';
COMMENT ON COLUMN evaluation.segment_results.always_valid_high IS 'upper end of the always-valid interval of difference, in the unit of the metric; valid at every look';
COMMENT ON COLUMN evaluation.segment_results.p IS 'two-sided Welch p value, 0 to 1; valid for one look';
COMMENT ON COLUMN evaluation.segment_results.always_valid_p IS 'always-valid p value, 0 to 1; valid at every look';
COMMENT ON COLUMN evaluation.segment_results.relative_lift IS 'difference over control_mean, share (0.05 = 5 percent); null when control_mean is 0';
COMMENT ON COLUMN evaluation.segment_results.relative_low IS 'lower end of the fixed-horizon interval of relative_lift (delta method), share';
COMMENT ON COLUMN evaluation.segment_results.relative_high IS 'upper end of the fixed-horizon interval of relative_lift (delta method), share';
COMMENT ON COLUMN evaluation.segment_results.contaminated_units IS 'shoppers among units that were seen in another variant, too';
COMMENT ON COLUMN evaluation.segment_results.updated_event_time IS 'event time of the newest decision, or outcome of an exposed shopper, taken in';
COMMENT ON COLUMN evaluation.segment_results.written_at_wall IS 'wall clock of the write';

CREATE TABLE evaluation.sample_ratio_checks (
  experiment text,
  units bigint NOT NULL,
  unchecked_units bigint NOT NULL,
  observed jsonb NOT NULL,
  expected jsonb NOT NULL,
  chi_squared double precision,
  p double precision NOT NULL,
  sequential_p double precision NOT NULL,
  ok boolean NOT NULL,
  updated_event_time timestamptz NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (experiment)
);
COMMENT ON TABLE evaluation.sample_ratio_checks IS 'Do the groups have the sizes that the weights promise? If not, believe no result of the experiment';
COMMENT ON COLUMN evaluation.sample_ratio_checks.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.sample_ratio_checks.units IS 'shoppers that were checked';
COMMENT ON COLUMN evaluation.sample_ratio_checks.unchecked_units IS 'shoppers not checked: assigned by a rule version that is unknown or had the experiment paused';
COMMENT ON COLUMN evaluation.sample_ratio_checks.observed IS 'shoppers by variant';
COMMENT ON COLUMN evaluation.sample_ratio_checks.expected IS 'shoppers by variant as the weights of their rule version and segment promise';
COMMENT ON COLUMN evaluation.sample_ratio_checks.chi_squared IS 'sum of (observed - expected)^2 / expected; null when infinite';
COMMENT ON COLUMN evaluation.sample_ratio_checks.p IS 'p value of chi_squared, 0 to 1; valid for one look';
COMMENT ON COLUMN evaluation.sample_ratio_checks.sequential_p IS 'p value of the sequential Dirichlet-multinomial check, 0 to 1; valid at every look';
COMMENT ON COLUMN evaluation.sample_ratio_checks.ok IS 'false when sequential_p lies below evaluation.sample-ratio.alpha';
COMMENT ON COLUMN evaluation.sample_ratio_checks.updated_event_time IS 'event time of the newest decision, or outcome of an exposed shopper, taken in';
COMMENT ON COLUMN evaluation.sample_ratio_checks.written_at_wall IS 'wall clock of the write';

CREATE TABLE evaluation.contaminated_units (
  experiment text,
  variant text,
  units bigint NOT NULL,
  contaminated_units bigint NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (experiment, variant)
);
COMMENT ON TABLE evaluation.contaminated_units IS 'Shoppers that were seen in more than one variant; they stay counted in the first';
COMMENT ON COLUMN evaluation.contaminated_units.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.contaminated_units.variant IS 'first variant they were seen in';
COMMENT ON COLUMN evaluation.contaminated_units.units IS 'shoppers first exposed to the variant';
COMMENT ON COLUMN evaluation.contaminated_units.contaminated_units IS 'shoppers among units that were seen in another variant, too';
COMMENT ON COLUMN evaluation.contaminated_units.written_at_wall IS 'wall clock of the write';

CREATE TABLE evaluation.promotion_outcomes (
  day date,
  promotion text,
  decisions bigint NOT NULL,
  shoppers bigint NOT NULL,
  views bigint NOT NULL,
  clicks bigint NOT NULL,
  redemptions bigint NOT NULL,
  orders bigint NOT NULL,
  discount_cents bigint NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (day, promotion)
);
COMMENT ON TABLE evaluation.promotion_outcomes IS 'What became of each promotion, by the day of the decision that offered it';
COMMENT ON COLUMN evaluation.promotion_outcomes.day IS 'UTC day of the decision; of the event itself when it answers no decision of ours';
COMMENT ON COLUMN evaluation.promotion_outcomes.promotion IS 'promotion id';
COMMENT ON COLUMN evaluation.promotion_outcomes.decisions IS 'decisions that chose the promotion';
COMMENT ON COLUMN evaluation.promotion_outcomes.shoppers IS 'distinct shoppers it was chosen for on the day';
COMMENT ON COLUMN evaluation.promotion_outcomes.views IS 'times it was viewed';
COMMENT ON COLUMN evaluation.promotion_outcomes.clicks IS 'times it was clicked';
COMMENT ON COLUMN evaluation.promotion_outcomes.redemptions IS 'coupons redeemed';
COMMENT ON COLUMN evaluation.promotion_outcomes.orders IS 'distinct orders with a line that names the promotion';
COMMENT ON COLUMN evaluation.promotion_outcomes.discount_cents IS 'discount on order lines that name the promotion less discount taken back by reversals that name it, cents';
COMMENT ON COLUMN evaluation.promotion_outcomes.written_at_wall IS 'wall clock of the write';

CREATE TABLE evaluation.strategy_adjustments (
  id text,
  experiment text NOT NULL,
  segment text,
  change text NOT NULL,
  from_weights jsonb,
  to_weights jsonb,
  metric text,
  variant text,
  units bigint,
  control_units bigint,
  difference double precision,
  low double precision,
  high double precision,
  p double precision,
  policy text,
  status text NOT NULL,
  at timestamptz NOT NULL,
  decided_by text,
  rule_version bigint,
  reason text,
  proposed_at_wall timestamptz,
  applied_at_wall timestamptz,
  refused_at_wall timestamptz,
  reverted_at_wall timestamptz,
  outcome_seen_at_wall timestamptz,
  PRIMARY KEY (id)
);
COMMENT ON TABLE evaluation.strategy_adjustments IS 'Changes of the serving rules that results asked for, before, after, evidence, and what became of them';
COMMENT ON COLUMN evaluation.strategy_adjustments.id IS 'derived from experiment, segment, tick and change';
COMMENT ON COLUMN evaluation.strategy_adjustments.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.strategy_adjustments.segment IS 'segment id; null when it concerns the whole experiment';
COMMENT ON COLUMN evaluation.strategy_adjustments.change IS 'SHIFT_WEIGHTS or PAUSE';
COMMENT ON COLUMN evaluation.strategy_adjustments.from_weights IS 'weights by variant before, shares 0 to 1';
COMMENT ON COLUMN evaluation.strategy_adjustments.to_weights IS 'weights by variant after, shares 0 to 1';
COMMENT ON COLUMN evaluation.strategy_adjustments.metric IS 'metric of the evidence';
COMMENT ON COLUMN evaluation.strategy_adjustments.variant IS 'variant of the evidence, compared with the control';
COMMENT ON COLUMN evaluation.strategy_adjustments.units IS 'shoppers in the variant, in the evidence';
COMMENT ON COLUMN evaluation.strategy_adjustments.control_units IS 'shoppers in the control, in the evidence';
COMMENT ON COLUMN evaluation.strategy_adjustments.difference IS 'variant mean less control mean, in the unit of the metric';
COMMENT ON COLUMN evaluation.strategy_adjustments.low IS 'lower end of the always-valid interval, in the unit of the metric';
COMMENT ON COLUMN evaluation.strategy_adjustments.high IS 'upper end of the always-valid interval, in the unit of the metric';
COMMENT ON COLUMN evaluation.strategy_adjustments.p IS 'always-valid p value, 0 to 1';
COMMENT ON COLUMN evaluation.strategy_adjustments.policy IS 'policy with its parameters';
COMMENT ON COLUMN evaluation.strategy_adjustments.status IS 'PROPOSED, APPLIED, REFUSED or REVERTED: the furthest that was reached';
COMMENT ON COLUMN evaluation.strategy_adjustments.at IS 'event time of the evidence: only records up to it were used';
COMMENT ON COLUMN evaluation.strategy_adjustments.decided_by IS 'policy or person behind the status';
COMMENT ON COLUMN evaluation.strategy_adjustments.rule_version IS 'rule version that carries the status; null until applied';
COMMENT ON COLUMN evaluation.strategy_adjustments.reason IS 'why it was refused or reverted; null otherwise';
COMMENT ON COLUMN evaluation.strategy_adjustments.proposed_at_wall IS 'wall clock of the proposal';
COMMENT ON COLUMN evaluation.strategy_adjustments.applied_at_wall IS 'wall clock of the application; null until applied';
COMMENT ON COLUMN evaluation.strategy_adjustments.refused_at_wall IS 'wall clock of the refusal; null unless refused';
COMMENT ON COLUMN evaluation.strategy_adjustments.reverted_at_wall IS 'wall clock of the reversal; null unless reverted';
COMMENT ON COLUMN evaluation.strategy_adjustments.outcome_seen_at_wall IS 'wall clock at which the last outcome in the evidence reached evaluation; null when unknown';

CREATE FUNCTION evaluation.status_rank(status text) RETURNS integer
  LANGUAGE sql IMMUTABLE
  AS $$ SELECT CASE status WHEN 'PROPOSED' THEN 0 WHEN 'REVERTED' THEN 2 ELSE 1 END $$;
COMMENT ON FUNCTION evaluation.status_rank(text) IS 'how far a status of an adjustment is';

CREATE VIEW evaluation.v_experiment_results AS SELECT
  experiment, variant, control, metric, segment, units, control_units, mean, control_mean,
  difference, standard_error, low, high, always_valid_low, always_valid_high, p, always_valid_p,
  relative_lift, relative_low, relative_high, contaminated_units, updated_event_time,
  written_at_wall
  FROM evaluation.experiment_results;
COMMENT ON VIEW evaluation.v_experiment_results IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.experiment_results for their meaning and unit';
CREATE VIEW evaluation.v_segment_results AS SELECT
  experiment, variant, control, metric, segment, units, control_units, mean, control_mean,
  difference, standard_error, low, high, always_valid_low, always_valid_high, p, always_valid_p,
  relative_lift, relative_low, relative_high, contaminated_units, updated_event_time,
  written_at_wall
  FROM evaluation.segment_results;
COMMENT ON VIEW evaluation.v_segment_results IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.segment_results for their meaning and unit';
CREATE VIEW evaluation.v_sample_ratio_checks AS SELECT
  experiment, units, unchecked_units, observed, expected, chi_squared, p, sequential_p, ok,
  updated_event_time, written_at_wall
  FROM evaluation.sample_ratio_checks;
COMMENT ON VIEW evaluation.v_sample_ratio_checks IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.sample_ratio_checks for their meaning and unit';
CREATE VIEW evaluation.v_contaminated_units AS SELECT
  experiment, variant, units, contaminated_units, written_at_wall
  FROM evaluation.contaminated_units;
COMMENT ON VIEW evaluation.v_contaminated_units IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.contaminated_units for their meaning and unit';
CREATE VIEW evaluation.v_promotion_outcomes AS SELECT
  day, promotion, decisions, shoppers, views, clicks, redemptions, orders, discount_cents,
  written_at_wall
  FROM evaluation.promotion_outcomes;
COMMENT ON VIEW evaluation.v_promotion_outcomes IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.promotion_outcomes for their meaning and unit';
CREATE VIEW evaluation.v_strategy_adjustments AS SELECT
  id, experiment, segment, change, from_weights, to_weights, metric, variant, units,
  control_units, difference, low, high, p, policy, status, at, decided_by, rule_version, reason,
  proposed_at_wall, applied_at_wall, refused_at_wall, reverted_at_wall, outcome_seen_at_wall
  FROM evaluation.strategy_adjustments;
COMMENT ON VIEW evaluation.v_strategy_adjustments IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.strategy_adjustments for their meaning and unit';

-- One read-only role for BI tools. Roles belong to the whole server: another room, or another
-- database's migration, may create it at the same moment; who may not create roles goes without.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'promoflow_reader') THEN
    CREATE ROLE promoflow_reader NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN
    RAISE NOTICE 'role promoflow_reader was created by someone else';
  WHEN insufficient_privilege THEN
    RAISE NOTICE 'may not create role promoflow_reader; create it and grant SELECT by hand';
END
$$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'promoflow_reader') THEN
    GRANT USAGE ON SCHEMA evaluation TO promoflow_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA evaluation TO promoflow_reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA evaluation GRANT SELECT ON TABLES TO promoflow_reader;
  END IF;
END
$$;
