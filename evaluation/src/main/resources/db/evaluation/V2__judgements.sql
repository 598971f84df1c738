-- What results mean together, and sample ratios within segments.

CREATE TABLE evaluation.judgements (
  experiment text,
  variant text,
  metric text,
  segment text,
  units bigint NOT NULL,
  holm_p double precision,
  false_discovery_p double precision,
  probability_better double precision,
  expected_loss double precision,
  adjusted_difference double precision,
  adjusted_low double precision,
  adjusted_high double precision,
  variance_ratio double precision,
  guardrail text CHECK (guardrail IN ('HELD', 'BROKEN', 'OPEN')),
  power double precision,
  units_needed bigint,
  days_left double precision,
  heterogeneity_p double precision,
  updated_event_time timestamptz NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (experiment, variant, metric, segment)
);
COMMENT ON TABLE evaluation.judgements IS 'What each result means among its fellows: adjusted p values, CUPED, beliefs, guardrails, power';
COMMENT ON COLUMN evaluation.judgements.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.judgements.variant IS 'variant id, compared with the control';
COMMENT ON COLUMN evaluation.judgements.metric IS 'metric, as in experiment_results';
COMMENT ON COLUMN evaluation.judgements.segment IS 'segment id at first exposure; all for everybody, none for shoppers without a segment';
COMMENT ON COLUMN evaluation.judgements.units IS 'shoppers first exposed to the variant';
COMMENT ON COLUMN evaluation.judgements.holm_p IS 'always-valid p value adjusted by Holm over all metrics and segments of the variant, 0 to 1: compare it with the level of one test';
COMMENT ON COLUMN evaluation.judgements.false_discovery_p IS 'the same by Benjamini and Hochberg: below q, at most a share q of such findings is false on average';
COMMENT ON COLUMN evaluation.judgements.probability_better IS 'probability that the variant is better than the control, 0 to 1, with a normal prior on the relative lift (evaluation.prior-lift)';
COMMENT ON COLUMN evaluation.judgements.expected_loss IS 'relative loss, on average, of shipping the variant where it is worse; share of the control mean';
COMMENT ON COLUMN evaluation.judgements.adjusted_difference IS 'difference by CUPED, with the same metric before the exposure (evaluation.covariate-window), in the unit of the metric; null when nobody did anything before';
COMMENT ON COLUMN evaluation.judgements.adjusted_low IS 'lower end of the always-valid interval of adjusted_difference';
COMMENT ON COLUMN evaluation.judgements.adjusted_high IS 'upper end of the always-valid interval of adjusted_difference';
COMMENT ON COLUMN evaluation.judgements.variance_ratio IS 'share of the variance that CUPED leaves, 0 to 1';
COMMENT ON COLUMN evaluation.judgements.guardrail IS 'HELD, BROKEN or OPEN (too early to tell), by one-sided always-valid bounds; null unless the metric is a guardrail of the experiment';
COMMENT ON COLUMN evaluation.judgements.power IS 'chance that one look with the shoppers so far finds a lift of evaluation.worthwhile-lift, 0 to 1';
COMMENT ON COLUMN evaluation.judgements.units_needed IS 'shoppers of both groups until the always-valid interval is narrower than that lift to each side';
COMMENT ON COLUMN evaluation.judgements.days_left IS 'days until then at the pace so far; null before a second record';
COMMENT ON COLUMN evaluation.judgements.heterogeneity_p IS 'p value of Cochran''s Q: small when the effect differs between segments; for one look; only where segment is all';
COMMENT ON COLUMN evaluation.judgements.updated_event_time IS 'event time of the newest decision, or outcome of an exposed shopper, taken in';
COMMENT ON COLUMN evaluation.judgements.written_at_wall IS 'wall clock of the write';

CREATE TABLE evaluation.segment_ratio_checks (
  experiment text,
  segment text,
  units bigint NOT NULL,
  unchecked_units bigint NOT NULL,
  observed jsonb NOT NULL,
  expected jsonb NOT NULL,
  p double precision NOT NULL,
  sequential_p double precision NOT NULL,
  ok boolean NOT NULL,
  updated_event_time timestamptz NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (experiment, segment)
);
COMMENT ON TABLE evaluation.segment_ratio_checks IS 'Do the groups have the sizes that the weights promise, within each segment? A broken one may hide in a good total';
COMMENT ON COLUMN evaluation.segment_ratio_checks.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.segment_ratio_checks.segment IS 'segment id at first exposure; none for shoppers without a segment';
COMMENT ON COLUMN evaluation.segment_ratio_checks.units IS 'shoppers that were checked';
COMMENT ON COLUMN evaluation.segment_ratio_checks.unchecked_units IS 'shoppers not checked: assigned by a rule version that is unknown or had the experiment paused';
COMMENT ON COLUMN evaluation.segment_ratio_checks.observed IS 'shoppers by variant';
COMMENT ON COLUMN evaluation.segment_ratio_checks.expected IS 'shoppers by variant as the weights of their rule version and segment promise';
COMMENT ON COLUMN evaluation.segment_ratio_checks.p IS 'chi-squared p value, 0 to 1; valid for one look';
COMMENT ON COLUMN evaluation.segment_ratio_checks.sequential_p IS 'p value of the sequential Dirichlet-multinomial check, 0 to 1; valid at every look';
COMMENT ON COLUMN evaluation.segment_ratio_checks.ok IS 'false when sequential_p lies below evaluation.sample-ratio.alpha';
COMMENT ON COLUMN evaluation.segment_ratio_checks.updated_event_time IS 'event time of the newest decision, or outcome of an exposed shopper, taken in';
COMMENT ON COLUMN evaluation.segment_ratio_checks.written_at_wall IS 'wall clock of the write';

CREATE VIEW evaluation.v_judgements AS SELECT
  experiment, variant, metric, segment, units, holm_p, false_discovery_p, probability_better,
  expected_loss, adjusted_difference, adjusted_low, adjusted_high, variance_ratio, guardrail,
  power, units_needed, days_left, heterogeneity_p, updated_event_time, written_at_wall
  FROM evaluation.judgements;
COMMENT ON VIEW evaluation.v_judgements IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.judgements for their meaning and unit';
CREATE VIEW evaluation.v_segment_ratio_checks AS SELECT
  experiment, segment, units, unchecked_units, observed, expected, p, sequential_p, ok,
  updated_event_time, written_at_wall
  FROM evaluation.segment_ratio_checks;
COMMENT ON VIEW evaluation.v_segment_ratio_checks IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.segment_ratio_checks for their meaning and unit';
