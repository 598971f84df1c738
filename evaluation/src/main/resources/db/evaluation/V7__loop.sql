ALTER TABLE evaluation.strategy_adjustments ADD COLUMN policy_version text;
COMMENT ON COLUMN evaluation.strategy_adjustments.policy_version IS 'version of the policy that proposed it; null when unknown';
COMMENT ON COLUMN evaluation.strategy_adjustments.experiment IS 'experiment id; of a moved budget the experiment that measured who gets it';
COMMENT ON COLUMN evaluation.strategy_adjustments.change IS 'SHIFT_WEIGHTS, PAUSE or MOVE_BUDGET';
COMMENT ON COLUMN evaluation.strategy_adjustments.from_weights IS 'before: weights by variant, shares 0 to 1; of MOVE_BUDGET budgets by promotion, cents';
COMMENT ON COLUMN evaluation.strategy_adjustments.to_weights IS 'after: weights by variant, shares 0 to 1; of MOVE_BUDGET budgets by promotion, cents';
COMMENT ON COLUMN evaluation.strategy_adjustments.metric IS 'metric of the evidence; return is incremental profit per cent of cost';
COMMENT ON COLUMN evaluation.strategy_adjustments.difference IS 'variant mean less control mean, in the unit of the metric; of MOVE_BUDGET the return of who gets it less the return of who gives it';

CREATE OR REPLACE VIEW evaluation.v_strategy_adjustments AS SELECT
  id, experiment, segment, change, from_weights, to_weights, metric, variant, units,
  control_units, difference, low, high, p, policy, status, at, decided_by, rule_version, reason,
  proposed_at_wall, applied_at_wall, refused_at_wall, reverted_at_wall, outcome_seen_at_wall,
  policy_version
  FROM evaluation.strategy_adjustments;
