ALTER TABLE serving.decisions
    ADD COLUMN prices_version text,
    ADD COLUMN stale boolean NOT NULL DEFAULT false,
    ADD COLUMN losses text;
COMMENT ON COLUMN serving.decisions.prices_version IS 'Dual prices that the costs were weighed with; null when there were none';
COMMENT ON COLUMN serving.decisions.stale IS 'Whether it was decided from memory while broker or store were away';
COMMENT ON COLUMN serving.decisions.losses IS 'Why promotions were not open to the shopper: one letter per promotion of the rule version, in its order; a dot for those that were open, which candidates tell of; null when candidates tell of all';
COMMENT ON COLUMN serving.decisions.candidates IS 'The promotions that were looked at, and why each but the chosen one lost';
