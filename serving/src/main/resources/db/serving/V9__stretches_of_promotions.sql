ALTER TABLE serving.budget_ledger ADD COLUMN stretches jsonb;
COMMENT ON COLUMN serving.budget_ledger.stretches IS 'Stretches of time between starts_at and ends_at in which it may be offered, as [{"from", "until"}]; null when it is all of it';
