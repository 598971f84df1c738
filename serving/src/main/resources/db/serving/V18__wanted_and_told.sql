ALTER TABLE serving.budget_ledger ADD COLUMN wanted_cents bigint NOT NULL DEFAULT 0 CHECK (wanted_cents >= 0);
ALTER TABLE serving.budget_ledger ADD COLUMN wanted_units bigint NOT NULL DEFAULT 0 CHECK (wanted_units >= 0);
ALTER TABLE serving.budget_ledger ADD COLUMN wanted_until timestamptz;
COMMENT ON COLUMN serving.budget_ledger.wanted_cents IS 'What redemptions that were refused as LEASED wait for, cents: servers give it back and lease none of it';
COMMENT ON COLUMN serving.budget_ledger.wanted_units IS 'The same, redemptions';
COMMENT ON COLUMN serving.budget_ledger.wanted_until IS 'Until when it counts as wanted, by the clock of the database; each LEASED answer puts it off, null before the first';

-- what was redeemed before, or is by a job or server of before, stays as it is told
ALTER TABLE serving.budget_promises ADD COLUMN cost_told boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN serving.budget_promises.cost_told IS 'False while what was promised is taken for what it has cost, since its redemption told no cost: a cost that is told later counts instead';
COMMENT ON COLUMN serving.budget_promises.spent_cents IS 'What it has cost, less refunds, cents; 0 of a COMMITTED one also when lines gave back all that was assumed';
