CREATE SCHEMA IF NOT EXISTS models;
COMMENT ON SCHEMA models IS 'Training examples, trained models and what they say of shoppers';

CREATE TABLE models.model_versions (
  name text NOT NULL,
  version text NOT NULL,
  window_start timestamptz NOT NULL,
  window_end timestamptz NOT NULL,
  trainer text NOT NULL,
  examples bigint NOT NULL,
  held_out bigint NOT NULL,
  published boolean NOT NULL,
  reason text NOT NULL,
  metrics jsonb NOT NULL,
  parameters jsonb,
  champion_version text,
  champion_metrics jsonb,
  trained_at_wall timestamptz NOT NULL,
  PRIMARY KEY (name, window_end)
);
COMMENT ON TABLE models.model_versions IS 'What came of every training: one row per model and window end, refused ones too';
COMMENT ON COLUMN models.model_versions.name IS 'Model: segments or propensity';
COMMENT ON COLUMN models.model_versions.version IS 'Name and window end; training a window again gives the same version';
COMMENT ON COLUMN models.model_versions.window_start IS 'Start of the training window, exclusive, by when labels were known';
COMMENT ON COLUMN models.model_versions.window_end IS 'End of the training window, inclusive';
COMMENT ON COLUMN models.model_versions.trainer IS 'What fitted it';
COMMENT ON COLUMN models.model_versions.examples IS 'Rows it was fitted on';
COMMENT ON COLUMN models.model_versions.held_out IS 'Rows it was judged on: the newest in time, none of them fitted on';
COMMENT ON COLUMN models.model_versions.published IS 'Whether it went to serving; a row means that it is out';
COMMENT ON COLUMN models.model_versions.reason IS 'Why it was published or refused';
COMMENT ON COLUMN models.model_versions.metrics IS 'Quality on the held-out rows by name: auc, logLoss (nats per row), baselineLogLoss, calibrationError (share), meanPredicted and observedRate (shares), silhouette (-1 to 1), segments (count), inertiaPerRow (squared standard deviations)';
COMMENT ON COLUMN models.model_versions.parameters IS 'The whole model as published; null when none is well formed';
COMMENT ON COLUMN models.model_versions.champion_version IS 'Published version that it was compared with; null when there was none';
COMMENT ON COLUMN models.model_versions.champion_metrics IS 'The quality of that version on the same held-out rows; null when there was none';
COMMENT ON COLUMN models.model_versions.trained_at_wall IS 'When it was trained, by the clock on the wall';

CREATE TABLE models.shopper_segments (
  shopper_id text PRIMARY KEY,
  segment text NOT NULL,
  model_version text NOT NULL,
  as_of timestamptz NOT NULL
);
CREATE INDEX shopper_segments_segment ON models.shopper_segments (segment);
COMMENT ON TABLE models.shopper_segments IS 'The segment of every shopper, by the newest example and the model in force then';
COMMENT ON COLUMN models.shopper_segments.shopper_id IS 'Pseudonym of the shopper';
COMMENT ON COLUMN models.shopper_segments.segment IS 'Segment id; stays with a segment over retrainings';
COMMENT ON COLUMN models.shopper_segments.model_version IS 'Version that said so';
COMMENT ON COLUMN models.shopper_segments.as_of IS 'Moment of the example: events before it are counted';
