ALTER TABLE models.model_versions
  ADD COLUMN shadow boolean NOT NULL DEFAULT false,
  ADD COLUMN released_at_wall timestamptz,
  ADD COLUMN released_reason text;
COMMENT ON COLUMN models.model_versions.shadow IS 'Whether it could go to serving but waits for its release (models.release is GATED)';
COMMENT ON COLUMN models.model_versions.released_at_wall IS 'When it was promoted out of shadow, by the clock on the wall; null when it never was in shadow, or still is';
COMMENT ON COLUMN models.model_versions.released_reason IS 'Why it was promoted out of shadow; null when it was not';
COMMENT ON COLUMN models.model_versions.reason IS 'Why it was published or refused, or may be published once it is promoted';
