ALTER TABLE serving.decisions
    ADD COLUMN prices_version text,
    ADD COLUMN stale boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN serving.decisions.prices_version IS 'Dual prices that the costs were weighed with; null when there were none';
COMMENT ON COLUMN serving.decisions.stale IS 'Whether it was decided from memory while broker or store were away';
