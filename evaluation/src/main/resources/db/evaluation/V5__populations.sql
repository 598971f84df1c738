-- Whom a result counts: the same results over everybody, the uncontaminated and the triggered.

CREATE TABLE evaluation.population_results (
  population text CHECK (population IN ('everybody', 'uncontaminated', 'triggered')),
  LIKE evaluation.segment_results INCLUDING COMMENTS,
  PRIMARY KEY (experiment, variant, metric, segment, population)
);
COMMENT ON TABLE evaluation.population_results IS 'Every variant against the control over each population, with all data so far. experiment_results and segment_results hold the one that evaluation.population names';
COMMENT ON COLUMN evaluation.population_results.population IS 'whom it counts: everybody; uncontaminated, without shoppers exposed to a second variant within the attribution window; triggered, only shoppers for whom the variants could differ within it (decisions logged triggered, whatever their variant)';
COMMENT ON COLUMN evaluation.population_results.segment IS 'segment id at first exposure; all for the whole population, none for shoppers without a segment';

CREATE TABLE evaluation.population_ratio_checks (
  population text CHECK (population IN ('everybody', 'uncontaminated', 'triggered')),
  LIKE evaluation.sample_ratio_checks INCLUDING COMMENTS,
  PRIMARY KEY (experiment, population)
);
COMMENT ON TABLE evaluation.population_ratio_checks IS 'Do the groups have the sizes that the weights promise, within each population? A broken one says that who belongs to it depends on the treatment: do not read its results';
COMMENT ON COLUMN evaluation.population_ratio_checks.population IS 'whom it counts, as in population_results';

CREATE TABLE evaluation.shown_decisions (
  experiment text,
  variant text,
  decisions bigint NOT NULL,
  shown_decisions bigint NOT NULL,
  unshown_decisions bigint NOT NULL,
  written_at_wall timestamptz NOT NULL,
  PRIMARY KEY (experiment, variant)
);
COMMENT ON TABLE evaluation.shown_decisions IS 'How many decisions were really shown; those that were not are no exposure. Empty unless evaluation.exposure is SHOWN';
COMMENT ON COLUMN evaluation.shown_decisions.experiment IS 'experiment id';
COMMENT ON COLUMN evaluation.shown_decisions.variant IS 'variant id, control included';
COMMENT ON COLUMN evaluation.shown_decisions.decisions IS 'decisions that assigned the variant';
COMMENT ON COLUMN evaluation.shown_decisions.shown_decisions IS 'those among decisions that a PROMOTION_VIEWED named within the attribution window';
COMMENT ON COLUMN evaluation.shown_decisions.unshown_decisions IS 'decisions less shown_decisions; the newest ones may yet be shown';
COMMENT ON COLUMN evaluation.shown_decisions.written_at_wall IS 'wall clock of the write';

COMMENT ON COLUMN evaluation.experiment_results.units IS 'shoppers of the population (evaluation.population) first exposed to the variant';
COMMENT ON COLUMN evaluation.experiment_results.control_units IS 'shoppers of the population (evaluation.population) first exposed to the control';
COMMENT ON COLUMN evaluation.experiment_results.contaminated_units IS 'shoppers among units that were exposed to another variant, too, within the attribution window';
COMMENT ON COLUMN evaluation.segment_results.contaminated_units IS 'shoppers among units that were exposed to another variant, too, within the attribution window';
COMMENT ON COLUMN evaluation.result_history.contaminated_units IS 'shoppers among units that were exposed to another variant, too, within the attribution window';
COMMENT ON COLUMN evaluation.population_results.contaminated_units IS 'shoppers among units that were exposed to another variant, too, within the attribution window';
COMMENT ON TABLE evaluation.contaminated_units IS 'Shoppers that were exposed to more than one variant within the attribution window; they count in the first, or not at all (evaluation.population)';
COMMENT ON COLUMN evaluation.contaminated_units.contaminated_units IS 'shoppers among units that were exposed to another variant, too, within the attribution window';

CREATE VIEW evaluation.v_population_results AS SELECT
  experiment, variant, control, metric, segment, population, units, control_units, mean,
  control_mean, difference, standard_error, low, high, always_valid_low, always_valid_high, p,
  always_valid_p, relative_lift, relative_low, relative_high, contaminated_units,
  updated_event_time, written_at_wall, mature_units, mature_control_units
  FROM evaluation.population_results;
COMMENT ON VIEW evaluation.v_population_results IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.population_results for their meaning and unit';
CREATE VIEW evaluation.v_population_ratio_checks AS SELECT
  experiment, population, units, unchecked_units, observed, expected, chi_squared, p,
  sequential_p, ok, updated_event_time, written_at_wall
  FROM evaluation.population_ratio_checks;
COMMENT ON VIEW evaluation.v_population_ratio_checks IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.population_ratio_checks for their meaning and unit';
CREATE VIEW evaluation.v_shown_decisions AS SELECT
  experiment, variant, decisions, shown_decisions, unshown_decisions, written_at_wall
  FROM evaluation.shown_decisions;
COMMENT ON VIEW evaluation.v_shown_decisions IS 'Stable for BI tools: columns are added at the end, never renamed; see evaluation.shown_decisions for their meaning and unit';
