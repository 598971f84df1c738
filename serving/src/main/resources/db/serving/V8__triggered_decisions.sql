ALTER TABLE serving.decisions ADD COLUMN triggered boolean;
COMMENT ON COLUMN serving.decisions.triggered IS 'Whether a promotion that only some variants of the experiment have suited the shopper at this moment, caps, budgets and the own variant left aside; null outside experiments, and of decisions from before there was the column';
