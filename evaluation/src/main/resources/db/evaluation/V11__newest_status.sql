COMMENT ON COLUMN evaluation.strategy_adjustments.status IS 'PROPOSED, APPLIED, REFUSED or REVERTED: the newest; APPLIED again when somebody went back to a rule version that stands on it';
COMMENT ON COLUMN evaluation.strategy_adjustments.reverted_at_wall IS 'wall clock of the first reversal; null unless reverted once; stays when it is APPLIED again, see status';
