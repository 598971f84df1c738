COMMENT ON TABLE serving.rule_adjustments IS 'What became of each strategy adjustment: a repeated proposal gets the same answer';
COMMENT ON COLUMN serving.rule_adjustments.status IS 'PROPOSED (it waits until a person approves or refuses it), APPLIED, REFUSED or REVERTED';
COMMENT ON COLUMN serving.rule_adjustments.rule_version IS 'Rule version of the newest status; null while it waits and when refused';
