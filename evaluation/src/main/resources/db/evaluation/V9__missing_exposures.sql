-- Whose exposure is missing: assigned, but shown nothing in time. Checked like a population.

ALTER TABLE evaluation.population_ratio_checks
  DROP CONSTRAINT population_ratio_checks_population_check,
  ADD CONSTRAINT population_ratio_checks_population_check
    CHECK (population IN ('everybody', 'uncontaminated', 'triggered', 'missing_exposure'));
COMMENT ON TABLE evaluation.population_ratio_checks IS 'Do the groups have the sizes that the weights promise, within each population? A broken one says that who belongs to it depends on the treatment: do not read its results. A broken missing_exposure says that one variant loses more exposures than another between decision and view: do not read any results';
COMMENT ON COLUMN evaluation.population_ratio_checks.population IS 'whom it counts, as in population_results; or missing_exposure: shoppers who were assigned, but shown nothing within the attribution window from their first decision on, in the variant of that decision, once event time has passed the window. No row of it unless evaluation.exposure is SHOWN';
COMMENT ON COLUMN evaluation.strategy_adjustments.metric IS 'metric of the evidence; return is incremental profit per cent of cost; sample_ratio, and missing_exposure of those who were assigned but shown nothing in time, are checks of who is counted';
COMMENT ON COLUMN evaluation.strategy_adjustments.variant IS 'variant of the evidence; of missing_exposure the one that lacks the most exposures';
COMMENT ON COLUMN evaluation.strategy_adjustments.difference IS 'variant mean less control mean, in the unit of the metric; of MOVE_BUDGET the return of who gets it less the return of who gives it; of missing_exposure shoppers without an exposure less those that the weights promise, low and high the same';
COMMENT ON COLUMN evaluation.strategy_adjustments.units IS 'shoppers in the variant, in the evidence; of missing_exposure those without an exposure';
COMMENT ON COLUMN evaluation.strategy_adjustments.control_units IS 'shoppers in the control, in the evidence; of missing_exposure those without an exposure';
