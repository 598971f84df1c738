COMMENT ON COLUMN evaluation.strategy_adjustments.status IS 'PROPOSED, APPLIED, REFUSED or REVERTED: the newest; APPLIED again when somebody went back to a rule version that stands on it';
